import { formatCidr, isPrivate, parseCidr } from "../../components/network/cidr.js";
import { longestPrefix, slotOf } from "../../components/network/vpc/subnet-plan.js";
import { type Mistake, mistake } from "../../lib/validation.js";
import { field, type RawConfig } from "../raw-config.js";
import { schemas } from "../schema/index.js";
import { vpcSchema } from "../schema/network.js";
import { apiChecks } from "./api.js";
import { checkDatabase } from "./database.js";
import { checkPipeline } from "./events.js";
import { checkFunction } from "./function.js";
import { domainChecks, sharingChecks } from "./sharing.js";

/**
 * What no single key can tell. Each check looks only at the fields that it needs and that are valid by
 * themselves, so that it speaks even while other keys are wrong.
 */
export function crossChecks(raw: RawConfig, region: string | undefined): Mistake[] {
  return [
    ...vpcSize(raw),
    ...publicAddresses(raw),
    ...zones(raw, region),
    ...endpointType(raw),
    ...sharedNames(raw),
    ...ownEndpoints(raw),
    ...apiChecks(raw),
    ...domainChecks(raw, region),
    ...sharingChecks(raw),
    ...checkFunction(raw),
    ...checkPipeline(raw.logPipeline),
    ...checkDatabase(raw),
  ];
}

function vpcField<K extends keyof typeof vpcSchema.shape>(raw: RawConfig, key: K) {
  const result = vpcSchema.shape[key].safeParse(field(raw.vpc, key));
  return result.success ? result.data : undefined;
}

function validCidrBlock(raw: RawConfig) {
  const result = vpcSchema.shape.cidrBlock.safeParse(field(raw.vpc, "cidrBlock"));
  return result.success ? parseCidr(result.data) : undefined;
}

function slots(raw: RawConfig): number | undefined {
  const result = vpcSchema.shape.azSlots.safeParse(field(raw.vpc, "azSlots"));
  return result.success ? result.data : undefined;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: /16 to /28. */
function vpcSize(raw: RawConfig): Mistake[] {
  const cidr = validCidrBlock(raw);
  if (cidr === undefined) return [];
  const text = formatCidr(cidr);
  if (cidr.prefix < 16) {
    return [mistake("vpc.cidrBlock", text, "AWS allows no VPC larger than a /16. Write a /16 of it.")];
  }
  const count = slots(raw);
  if (count === undefined || cidr.prefix <= longestPrefix(count)) return [];
  const fits = `a /${longestPrefix(count)} or larger`;
  return [
    mistake(
      "vpc.cidrBlock",
      text,
      `It is too small for ${count} zone slots. Write ${fits}, or a smaller vpc.azSlots.`,
    ),
  ];
}

function publicAddresses(raw: RawConfig): Mistake[] {
  const cidr = validCidrBlock(raw);
  if (cidr === undefined || isPrivate(cidr) || vpcField(raw, "allowPublicCidrBlock") === true) return [];
  const mend =
    "It is outside the private ranges of RFC 1918, so it hides the real owners of its addresses. " +
    "Write a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or set vpc.allowPublicCidrBlock: true.";
  return [mistake("vpc.cidrBlock", formatCidr(cidr), mend)];
}

function zones(raw: RawConfig, region: string | undefined): Mistake[] {
  const zones = vpcField(raw, "availabilityZones");
  const count = slots(raw);
  const key = "vpc.availabilityZones";
  if (typeof zones === "number") {
    if (count === undefined || zones <= count) return [];
    return [
      mistake(key, zones, `There are ${count} zone slots. Write at most ${count}, or a larger vpc.azSlots.`),
    ];
  }
  if (!Array.isArray(zones)) return [];
  return zones.flatMap((zone) => {
    const found: Mistake[] = [];
    if (count !== undefined && slotOf(zone) >= count) {
      const mend = `Its slot is ${slotOf(zone) + 1} of ${count}. Take another zone, or a larger vpc.azSlots.`;
      found.push(mistake(key, zone, mend));
    }
    if (region !== undefined && zone.slice(0, -1) !== region) {
      found.push(
        mistake(
          key,
          zone,
          `The stack's region (aws:region) is ${region}. Write its zones, such as ${region}a.`,
        ),
      );
    }
    return found;
  });
}

function endpointType(raw: RawConfig): Mistake[] {
  const networking = schemas.networking.safeParse(raw.networking);
  if (!networking.success || networking.data !== "public" || field(raw.api, "endpointType") !== "PRIVATE")
    return [];
  const mend =
    "A private API needs a VPC with an execute-api endpoint. Write REGIONAL, or set networking: vpc.";
  return [mistake("api.endpointType", "PRIVATE", mend)];
}

function sharedNames(raw: RawConfig): Mistake[] {
  const values = field(raw.parameters, "values");
  const plain = typeof values === "object" && values !== null ? Object.keys(values) : [];
  return plain
    .filter((name) => field(raw.secretParameters, name) !== undefined)
    .map((name) =>
      mistake(`parameters.values.${name}`, name, "secretParameters has the same name. Keep one of them."),
    );
}

/** Services whose endpoint has a key of its own. */
const OWN_KEYS = new Map([
  ["ssm", "ssm"],
  ["execute-api", "executeApi"],
  ["dynamodb", "dynamodb"],
  ["s3", "s3"],
]);

function ownEndpoints(raw: RawConfig): Mistake[] {
  const others = field(raw.endpoints, "others");
  if (typeof others !== "object" || others === null) return [];
  const services = Object.keys(others);
  return Object.entries(others).flatMap(([service, value]) => {
    const at = `endpoints.others.${service}`;
    const key = OWN_KEYS.get(service);
    if (key !== undefined) return [mistake(at, value, `It has a key of its own. Write endpoints.${key}.`)];
    // Resources are named after the service, with a hyphen for each dot.
    const nameOf = (other: string) => other.replaceAll(".", "-");
    const twin = services
      .slice(0, services.indexOf(service))
      .find((other) => nameOf(other) === nameOf(service));
    return twin === undefined ? [] : [mistake(at, value, `${twin} has the same name. Keep one of them.`)];
  });
}
