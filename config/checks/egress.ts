import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { field, type RawConfig } from "../raw-config.js";
import { valid, validFields } from "./valid.js";

/** What the configuration lets out of the VPC without a way there. */
export function checkEgress(raw: RawConfig): ConfigIssue[] {
  if (valid(raw, "networking") !== "vpc") return [];
  return [...internetAccess(raw), ...snsOverIpv6(raw)];
}

/** Without NAT, IPv4 packets have no way out; without IPv6, the others have none either. */
function internetAccess(raw: RawConfig): ConfigIssue[] {
  const isAsked = validFields(raw, "function")?.internetAccess === true;
  if (!isAsked || hasNat(raw) || valid(raw, "vpc.ipv6") !== false) return [];
  if (typeof valid(raw, "vpc.existing") === "object") {
    const fix =
      "vpc.existing.nat is false: the subnets of the VPC lead nowhere. Set it to true if their route tables lead to NAT, or write false.";
    return [issue("function.internetAccess", true, fix)];
  }
  const fix =
    "The VPC has no way out: vpc.nat is none and vpc.ipv6 is false. Set vpc.nat: single (or another NAT), or " +
    "vpc.ipv6: true, which is free and reaches only what has an IPv6 address. Or write false.";
  return [issue("function.internetAccess", true, fix)];
}

/** Whether there is NAT, or may be because its key is invalid. An existing VPC has its own. */
function hasNat(raw: RawConfig): boolean {
  return valid(raw, "vpc.nat") !== "none" || validFields(raw, "vpc.existing")?.nat === true;
}

/** The dual-stack name of SNS needs IPv6 in the VPC, and an endpoint of SNS would be paid for and passed by. */
function snsOverIpv6(raw: RawConfig): ConfigIssue[] {
  if (validFields(raw, "logPipeline")?.via !== "ipv6") return [];
  const found: ConfigIssue[] = [];
  if (valid(raw, "vpc.ipv6") === false) {
    const fix = "The VPC has no IPv6 addresses. Set vpc.ipv6: true, which is free, or write auto.";
    found.push(issue("logPipeline.via", "ipv6", fix));
  }
  if (field(field(raw.endpoints, "others"), "sns") !== undefined) {
    const fix =
      "The producer would pass by the endpoint of SNS that you pay for. Remove endpoints.others.sns, or write auto.";
    found.push(issue("logPipeline.via", "ipv6", fix));
  }
  return found;
}

/**
 * What a stack over IPv6 alone cannot do: a notice, because it may need no more.
 * https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export function egressNotices(raw: RawConfig): ConfigIssue[] {
  const isAsked = valid(raw, "networking") === "vpc" && validFields(raw, "function")?.internetAccess === true;
  if (!isAsked || hasNat(raw) || valid(raw, "vpc.ipv6") !== true) return [];
  const notice =
    "Without NAT the function leaves over IPv6 only, so it does not reach hosts without an IPv6 address, such as " +
    "github.com. For those set vpc.nat.";
  return [issue("function.internetAccess", true, notice)];
}
