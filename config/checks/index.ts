import {
  contains,
  formatBlock,
  ipv4Block,
  isPossibleZone,
  isPrivate,
  noSuchServiceAs,
  SHARED_BLOCK,
  serviceNamed,
  zonesOf,
} from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { longestPrefix, slotOf } from "../../components/network/vpc/subnet-plan.js";
import { field, type RawConfig } from "../raw-config.js";
import { apiChecks } from "./api.js";
import { arnChecks } from "./arns.js";
import { reservedBlock } from "./blocks.js";
import { callerChecks } from "./callers.js";
import { checkDatabase } from "./database.js";
import { checkEgress } from "./egress.js";
import { checkPipeline } from "./events.js";
import { checkFrontDoor } from "./front-door.js";
import { checkFunction } from "./function.js";
import { refusedSizes } from "./limits.js";
import { networkChecks } from "./network.js";
import { checkParameters } from "./parameters.js";
import { sameRules } from "./same-rules.js";
import { domainChecks, sharingChecks } from "./sharing.js";
import { valid } from "./valid.js";

/**
 * Checks across several keys. Each check reads only the fields that it needs and that are valid by themselves, so that
 * it also works while other keys are invalid.
 */
export function crossChecks(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  return [
    ...vpcSize(raw),
    ...publicAddresses(raw),
    ...arnChecks(raw, region),
    ...zones(raw, region),
    ...networkChecks(raw, region),
    ...endpointType(raw),
    ...ownEndpoints(raw),
    ...checkEgress(raw),
    ...sameRules(raw),
    ...apiChecks(raw),
    ...callerChecks(raw),
    ...domainChecks(raw),
    ...sharingChecks(raw, region),
    ...checkFunction(raw, region),
    ...checkParameters(raw, region),
    ...checkPipeline(raw, region),
    ...checkDatabase(raw),
    ...checkFrontDoor(raw),
    ...refusedSizes(raw, region),
  ];
}

function validCidrBlock(raw: RawConfig) {
  const block = valid(raw, "vpc.cidrBlock");
  return block === undefined ? undefined : ipv4Block(block);
}

/** A VPC has a block of /16 to /28: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
function vpcSize(raw: RawConfig): ConfigIssue[] {
  const cidr = validCidrBlock(raw);
  if (cidr === undefined) return [];
  const text = formatBlock(cidr);
  if (cidr.prefix < 16) {
    return [issue("vpc.cidrBlock", text, "AWS allows no VPC larger than a /16. Write a /16 of it.")];
  }
  const count = valid(raw, "vpc.azSlots");
  if (count === undefined || cidr.prefix <= longestPrefix(count)) return [];
  const fits = `a /${longestPrefix(count)} or larger`;
  return [
    issue(
      "vpc.cidrBlock",
      text,
      `It is too small for ${count} zone slots. Write ${fits}, or a smaller vpc.azSlots.`,
    ),
  ];
}

function publicAddresses(raw: RawConfig): ConfigIssue[] {
  const cidr = validCidrBlock(raw);
  if (cidr === undefined) return [];
  const reserved = reservedBlock("vpc.cidrBlock", formatBlock(cidr));
  if (reserved.length > 0) return reserved;
  const hidesNobody = isPrivate(cidr) || contains(SHARED_BLOCK, cidr);
  if (hidesNobody || valid(raw, "vpc.allowPublicCidrBlock") === true) return [];
  const fix =
    "It is outside the private ranges of RFC 1918, so it hides the real owners of its addresses. " +
    "Write a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or set vpc.allowPublicCidrBlock: true.";
  return [issue("vpc.cidrBlock", formatBlock(cidr), fix)];
}

function zones(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const zones = valid(raw, "vpc.availabilityZones");
  const count = valid(raw, "vpc.azSlots");
  const key = "vpc.availabilityZones";
  const most = region === undefined ? undefined : zonesOf(region);
  const wanted = typeof zones === "number" ? zones : Array.isArray(zones) ? zones.length : 0;
  if (most !== undefined && wanted > most) {
    return [issue(key, zones, `${region} has ${most} Availability Zones. Write at most ${most}.`)];
  }
  if (typeof zones === "number") {
    if (count === undefined || zones <= count) return [];
    return [
      issue(key, zones, `There are ${count} zone slots. Write at most ${count}, or a larger vpc.azSlots.`),
    ];
  }
  if (!Array.isArray(zones)) return [];
  return zones.flatMap((zone) => {
    const found: ConfigIssue[] = [];
    if (count !== undefined && slotOf(zone) >= count) {
      const fix = `Its slot is ${slotOf(zone) + 1} of ${count}. Take another zone, or a larger vpc.azSlots.`;
      found.push(issue(key, zone, fix));
    }
    if (region !== undefined && zone.slice(0, -1) !== region) {
      found.push(
        issue(
          key,
          zone,
          `The stack's region (aws:region) is ${region}. Write its zones, such as ${region}a.`,
        ),
      );
    } else if (!isPossibleZone(zone)) {
      found.push(
        issue(
          key,
          zone,
          `${region} has ${most} Availability Zones, and none of this letter. Write ${region}a or the like.`,
        ),
      );
    }
    return found;
  });
}

function endpointType(raw: RawConfig): ConfigIssue[] {
  if (valid(raw, "networking") !== "public" || field(raw.api, "endpointType") !== "PRIVATE") return [];
  const fix =
    "A private API needs a VPC with an execute-api endpoint. Write REGIONAL, or set networking: vpc.";
  return [issue("api.endpointType", "PRIVATE", fix)];
}

/** Services whose endpoint has its own key. */
const OWN_KEYS = new Map([
  ["ssm", "ssm"],
  ["execute-api", "executeApi"],
  ["s3", "s3"],
]);

/**
 * Services whose interface endpoint AWS refuses to create with private DNS.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
 */
const WITHOUT_PRIVATE_DNS: ReadonlySet<string> = new Set(["dynamodb", "dynamodb-streams"]);

/** How many unknown services are compared with all of AWS's. More have the same cause. */
const MOST_SUGGESTIONS = 50;

function ownEndpoints(raw: RawConfig): ConfigIssue[] {
  const others = field(raw.endpoints, "others");
  if (typeof others !== "object" || others === null) return [];
  const owners = new Map<string, string>();
  let unknown = 0;
  return Object.entries(others).flatMap(([service, value]) => {
    const at = under("endpoints.others", service);
    const key = OWN_KEYS.get(service);
    const name = serviceNamed(service);
    if (name === undefined) {
      unknown += 1;
      const fix = unknown > MOST_SUGGESTIONS ? "AWS has no such service." : noSuchServiceAs(service);
      return [issue(at, value, fix)];
    }
    if (name !== service) return [issue(at, value, `Its endpoint has another name. Write ${name}.`)];
    if (key !== undefined) return [issue(at, value, `It has a key of its own. Write endpoints.${key}.`)];
    if (WITHOUT_PRIVATE_DNS.has(service) && field(value, "privateDns") !== false) {
      return [issue(at, value, "Its interface endpoint has no private DNS. Write {privateDns: false}.")];
    }
    // Resources are named after the service, with a hyphen for each dot.
    const resourceName = service.replaceAll(".", "-");
    const twin = owners.get(resourceName);
    owners.set(resourceName, twin ?? service);
    return twin === undefined ? [] : [issue(at, value, `${twin} has the same name. Keep one of them.`)];
  });
}
