import type { DnsRecord, FirewallRule, Graph, HostedZone, ResolverRule, Vpc } from "../../graph/model.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { resolveHostName } from "./hosted-zones.js";

/** A private hosted zone that answers a name, with its record; undefined: the zone says that there is no such name. */
export interface ZoneDecision {
  readonly zone: HostedZone;
  readonly record: DnsRecord | undefined;
}

/**
 * Whether hosts of a VPC get an answer for a name from the VPC's resolver at all. Other name servers, rules that
 * forward and a firewall may answer something else.
 * @param name undefined: a name whose answer is the same everywhere
 */
export function nameSupport(trace: TraceBuilder, graph: Graph, vpc: Vpc, name?: string): Blocked | undefined {
  const { ref, enableDnsSupport } = vpc;
  const resolution = graph.nameResolution.get(ref.urn);
  const other = resolution?.otherServers;
  if (other !== undefined && (name !== undefined || enableDnsSupport !== true)) {
    // Such servers may ask the VPC's resolver themselves.
    return trace.undetermined(other, `what the name servers of DHCP options ${other.name} answer`);
  }
  if (!isKnown(enableDnsSupport)) return trace.undetermined(ref, `whether ${ref.name} has enableDnsSupport`);
  if (!enableDnsSupport) {
    return trace.blocked({
      at: ref,
      code: "VPC_DNS_SUPPORT_DISABLED",
      reason: `no name resolves in ${ref.name}: enableDnsSupport is off`,
      fix: `Set enableDnsSupport: true on ${ref.name}.`,
    });
  }
  return name === undefined ? undefined : firewall(trace, resolution?.firewall ?? [], name);
}

/** The first rule that matches a name decides: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-groups.html */
function firewall(trace: TraceBuilder, rules: readonly FirewallRule[], name: string): Blocked | undefined {
  for (const { ref, action, domains } of rules) {
    const matches = domains?.map((domain) => (isKnown(domain) ? covers(domain, name) : undefined)) ?? [
      undefined,
    ];
    if (matches.every((match) => match === false)) continue;
    if (action === "ALERT") continue;
    const isSure = matches.includes(true) && isKnown(action);
    if (isSure && action === "ALLOW") return undefined;
    if (!isSure) {
      if (action !== "ALLOW") trace.undetermined(ref, `whether DNS Firewall rule ${ref.name} blocks ${name}`);
      continue;
    }
    return trace.blocked({
      at: ref,
      code: "DNS_FIREWALL_BLOCKS",
      reason: `DNS Firewall rule ${ref.name} blocks the name ${name}`,
      fix: `Allow ${name} in a rule with a lower priority than ${ref.name}.`,
    });
  }
  return undefined;
}

/** Whether a domain of a list matches a name; `*` at its front matches any names below. */
function covers(domain: string, name: string): boolean {
  const lower = name.toLowerCase();
  return domain.startsWith("*") ? lower.endsWith(domain.slice(1)) : lower === domain;
}

/**
 * The private hosted zone that answers a name; undefined if none does. The most specific of zones, rules and private DNS
 * decides, and a rule before a zone of the same name. What a rule forwards to is not known.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 * @param ownZone the zone of the name that private DNS of an endpoint answers, if there is one
 */
export function zoneDeciding(
  trace: TraceBuilder,
  graph: Graph,
  vpc: Vpc,
  name: string,
  ownZone: string | undefined,
): ZoneDecision | undefined {
  const { rules = [], outside = [] } = graph.nameResolution.get(vpc.ref.urn) ?? {};
  // A zone that is less specific than private DNS changes nothing, and one of the same name AWS refuses.
  const foreign = outside.find(({ type }) => ownZone === undefined || type !== ZONE_ASSOCIATION);
  if (foreign !== undefined)
    trace.undetermined(
      foreign,
      `whether what ${foreign.name} associates with ${vpc.ref.name} answers ${name}`,
    );
  const matching = rules.filter(({ domain }) => !isKnown(domain) || isBelow(name, domain));
  const rule = mostSpecific(matching);
  const { zone, record } =
    vpc.enableDnsHostnames === false
      ? { zone: undefined, record: undefined }
      : resolveHostName(trace, graph, vpc.ref.urn, { name: name.toLowerCase() });
  const zoneLength = Math.max(lengthOf(zone?.name), ownZone?.length ?? -1);
  if (rule !== undefined && (!isKnown(rule.domain) || rule.domain.length >= zoneLength)) {
    if (rule.forwards === false) return undefined;
    return trace.undetermined(
      rule.ref,
      `what the servers answer that rule ${rule.ref.name} forwards ${name} to`,
    );
  }
  if (zone === undefined || (ownZone !== undefined && lengthOf(zone.name) < ownZone.length)) return undefined;
  if (ownZone !== undefined)
    trace.undetermined(zone.ref, `whether AWS lets ${zone.ref.name} be beside private DNS of the same name`);
  return { zone, record };
}

const ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation";

function isBelow(name: string, domain: string): boolean {
  const lower = name.toLowerCase();
  return domain === "" || lower === domain || lower.endsWith(`.${domain}`);
}

function mostSpecific(rules: readonly ResolverRule[]): ResolverRule | undefined {
  return [...rules].sort((a, b) => lengthOf(b.domain) - lengthOf(a.domain))[0];
}

function lengthOf(name: MaybeUnknown<string> | undefined): number {
  if (name === undefined) return -1;
  return isKnown(name) ? name.length : Number.POSITIVE_INFINITY;
}
