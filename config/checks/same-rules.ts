import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { PRIVATE_SUBNETS, planSubnets, slotOf } from "../../components/network/vpc/subnet-plan.js";
import type { RawConfig } from "../raw-config.js";
import { valid, validEntries, validFields } from "./valid.js";

const LETTERS = "abcdefghijklmnop";

/**
 * Callers of an endpoint that are a rule twice: `privateSubnets`, and the block of one of these subnets. AWS refuses
 * the second: InvalidPermission.Duplicate.
 */
export function sameRules(raw: RawConfig): ConfigIssue[] {
  if (valid(raw, "networking") === "public") return []; // no endpoint is made
  const blocks = privateBlocks(raw);
  if (blocks.size === 0) return [];
  return callersByKey(raw).flatMap(([key, allowFrom]) => {
    if (!allowFrom.includes(PRIVATE_SUBNETS)) return [];
    return allowFrom.flatMap((caller) => {
      const zone = blocks.get(caller);
      if (zone === undefined) return [];
      const fix = `It is a private subnet of zone ${zone}, which ${PRIVATE_SUBNETS} has already, and a security group takes a rule once. Leave it out.`;
      return [issue(key, caller, fix)];
    });
  });
}

/** The private and the functions' subnets' blocks with the zone's letter: of the named zones, or of every zone that AWS may choose. */
function privateBlocks(raw: RawConfig): ReadonlyMap<string, string> {
  const block = valid(raw, "vpc.cidrBlock");
  const slots = valid(raw, "vpc.azSlots");
  const zones = valid(raw, "vpc.availabilityZones");
  if (block === undefined || slots === undefined || zones === undefined) return new Map();
  const named = typeof zones === "number" ? [...LETTERS.slice(0, slots)] : zones;
  const fitting = named.filter((zone) => slotOf(zone) < slots);
  try {
    const tier = valid(raw, "vpc.functionSubnets") ?? false;
    const plan = planSubnets(block, slots, fitting, tier);
    return new Map(
      plan.zones.flatMap(({ suffix, privateCidrBlock, functionsCidrBlock }) =>
        [privateCidrBlock, functionsCidrBlock].flatMap((own) => (own === undefined ? [] : [[own, suffix]])),
      ),
    );
  } catch {
    return new Map(); // too small a block, which has an issue of its own
  }
}

/** The callers of each interface endpoint, by the key that lists them. */
export function callersByKey(raw: RawConfig): (readonly [key: string, allowFrom: readonly string[]])[] {
  const written = [
    ["endpoints.ssm.allowFrom", validFields(raw, "endpoints.ssm")?.allowFrom] as const,
    ["endpoints.executeApi.allowFrom", validFields(raw, "endpoints.executeApi")?.allowFrom] as const,
    ...[...validEntries(raw, "endpoints.others")].map(
      ([service, { allowFrom }]) => [under("endpoints.others", service, "allowFrom"), allowFrom] as const,
    ),
  ];
  return written.flatMap(([key, allowFrom]) => (allowFrom === undefined ? [] : [[key, allowFrom] as const]));
}
