import type { NatMode } from "../aws/nat-modes.js";
import type { Graph } from "../graph/index.js";
import { DEFAULT_USAGE, type Usage } from "../usage/usage.js";
import { natModeOf, shapeLines } from "./alternatives.js";
import { totalsOf } from "./charges.js";
import type { CostForecast } from "./forecast.js";
import { functionNetworks } from "./network-charges.js";

/** What decides the fixed price of a network. */
export interface NetworkParts {
  readonly zones: number;
  readonly nat: NatMode;
  /** Whether each zone has a NAT instance of its own. */
  readonly instancePerZone?: boolean;
  /** Number of interface endpoints, each in every zone. */
  readonly endpoints: number;
}

/** Types whose price no change of the network changes. Others may have a part in each zone, an alarm or a log. */
const FIXED = /^aws:(apigateway|dynamodb|kms|lambda|s3|sns|sqs|ssm|wafv2)\//;

/**
 * The least that a stack costs a month with another network: the price of its NAT and interface endpoints before the
 * first byte, and of all that no network changes. A search may pass over a network whose floor is above a price that it
 * has found.
 * @param forecast the stack's own, with the same usage
 */
export function networkFloor({ lines, region }: CostForecast, parts: NetworkParts): number {
  const { zones, nat, instancePerZone = false, endpoints } = parts;
  const ref = { urn: "network", type: "network", name: "network" };
  const shape = {
    zones,
    nat,
    endpoints: Array.from({ length: endpoints }, () => ({ service: "any", zones, gb: 0 })),
    instances: { instanceType: "t4g.nano", count: instancePerZone ? zones : 1 } as const,
  };
  const own = totalsOf(shapeLines(shape, NO_DATA, region, ref)).fixedMonthlyUsd;
  return own + totalsOf(lines.filter(({ resource }) => FIXED.test(resource.type))).monthlyUsd;
}

const NO_DATA: Usage = { ...DEFAULT_USAGE, natGb: 0, internetOutGb: 0 };

/** The network of a stack's functions; undefined without a VPC. */
export function networkParts(graph: Graph): (NetworkParts & { readonly nat: NatMode }) | undefined {
  const [network] = functionNetworks(graph);
  if (network === undefined) return undefined;
  const nat = natModeOf(network);
  if (nat === "other") return undefined;
  return {
    zones: network.zones,
    nat,
    instancePerZone: network.natInstances.length > 1,
    endpoints: network.interfaceEndpoints.length,
  };
}
