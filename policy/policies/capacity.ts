import {
  type CapacityItem,
  forecastCapacity,
  type Graph,
  type SubnetAddresses,
} from "@lambda-networking/preflight";
import { whole } from "@lambda-networking/preflight/report";
import type { Violation } from "./intents.js";
import { numberOf, usageConfig, usageOf } from "./policy-config.js";

const DEFAULT_FREE_ADDRESSES = 16;
const DEFAULT_SHARE = 0.8;

export const capacityConfigSchema = {
  properties: {
    minimumFreeAddresses: {
      type: "integer",
      minimum: 0,
      default: DEFAULT_FREE_ADDRESSES,
      description: "Addresses that each subnet must have left",
    },
    quotaShare: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: DEFAULT_SHARE,
      description: "The share of a quota from which on the busiest second is at risk",
    },
    usage: usageConfig,
  },
} as const;

/** Subnets and quotas that have run out or are nearly used up. */
export function capacityViolations(graph: Graph, config: unknown): Violation[] {
  const minimum = numberOf(config, "minimumFreeAddresses", DEFAULT_FREE_ADDRESSES);
  const share = numberOf(config, "quotaShare", DEFAULT_SHARE);
  const { addresses, items } = forecastCapacity(
    graph,
    usageOf({ name: "capacity", ...capacityConfigSchema }, config, graph),
  );
  return [
    ...addresses.subnets.flatMap((subnet) => tooSmall(subnet, minimum)),
    ...items.filter(({ used, limit }) => used > limit * share).map(atRisk),
  ];
}

function tooSmall({ subnet, size, free, used, atLeast }: SubnetAddresses, minimum: number): Violation[] {
  const { name, urn } = subnet;
  if (size === undefined || free === undefined) {
    return [{ message: `How many addresses ${name} has is not known before deployment.`, urn }];
  }
  if (free < minimum) {
    const taken = `${whole(used)} of ${whole(size)} taken, ${whole(free)} free`;
    return [{ message: `${name} runs out of addresses: ${taken}. It should have ${whole(minimum)}.`, urn }];
  }
  return atLeast
    ? [
        {
          message: `${name} has at most ${whole(free)} addresses free: not all that takes one is known.`,
          urn,
        },
      ]
    : [];
}

function atRisk({ what, used, limit, unit, note, adjustable, source }: CapacityItem): Violation {
  const fix = adjustable ? "Ask for a higher quota" : "It cannot be raised: spread the traffic";
  const more = note === undefined ? "" : ` ${note}`;
  const need = `${figure(used)} of the quota's ${figure(limit)} ${unit}`;
  return {
    message: `${what}: the busiest second needs ${need}.${more} ${fix}, see ${source}`,
    urn: undefined,
  };
}

function figure(count: number): string {
  return whole(Math.ceil(count));
}
