import type { Graph, LambdaFunction } from "../graph/index.js";
import { inputValue, integer } from "../resources/read.js";
import { readInterval } from "../usage/parameter-reads.js";
import type { Usage } from "../usage/usage.js";
import { type AddressForecast, forecastAddresses } from "./addresses.js";
import { apiItems } from "./api-quotas.js";
import { databaseItems } from "./database-quotas.js";
import { type HyperplaneInterfaces, hyperplaneInterfaces } from "./interfaces.js";
import { networkItems } from "./network-quotas.js";
import { type CapacityItem, item, type Traffic } from "./quota-check.js";
import { DEFAULT_TIMEOUT, LIMITS, type Limit, LONGEST_API_WAIT, REQUESTS_PER_ENVIRONMENT } from "./quotas.js";

export interface CapacityForecast {
  readonly traffic: Traffic;
  readonly addresses: AddressForecast;
  readonly interfaces: HyperplaneInterfaces;
  readonly items: readonly CapacityItem[];
  /** The first limit that steady traffic reaches as it grows. Undefined if there is none. */
  readonly firstToRunOut:
    | { readonly what: string; readonly atRequestsPerSecond: number; readonly atConcurrency: number }
    | undefined;
  /** Whether the given traffic fits. */
  readonly fits: boolean;
}

/**
 * How far a stack scales: the part of AWS's default quotas and of the stack's own addresses that the busiest second
 * uses, and the limit that is reached first. Other workloads of the account use the same quotas.
 */
export function forecastCapacity(graph: Graph, usage: Usage): CapacityForecast {
  const interfaces = hyperplaneInterfaces(graph);
  const addresses = forecastAddresses(graph, interfaces);
  const traffic = trafficOf(graph, usage);
  const items = [
    ...apiItems(graph, usage, traffic),
    ...functionItems(graph, usage, traffic),
    ...parameterItems(graph, usage, traffic),
    ...networkItems(graph, usage, traffic, interfaces, addresses),
    ...databaseItems(graph, usage, traffic),
  ];
  return {
    traffic,
    addresses,
    interfaces,
    items,
    firstToRunOut: firstOf(items),
    fits: items.every(({ headroom }) => headroom >= 0),
  };
}

function trafficOf({ functions }: Graph, usage: Usage): Traffic {
  const environmentsPerRequest = [...functions.values()].reduce(
    (sum, { ref }) => sum + environmentsOf(ref.name, usage),
    0,
  );
  const requestsPerSecond = usage.peakRequestsPerSecond;
  return {
    requestsPerSecond,
    concurrency: requestsPerSecond * environmentsPerRequest,
    environmentsPerRequest,
  };
}

/**
 * Environments that one request a second keeps busy: its duration, but at least a tenth of a second, because an
 * environment takes at most ten requests a second. A function with its own requests has its share of the month's.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
function environmentsOf(name: string, usage: Usage): number {
  const own = Object.hasOwn(usage.resources, name) ? usage.resources[name] : undefined;
  const seconds = (own?.averageDurationMs ?? usage.averageDurationMs) / 1000;
  const busy = Math.max(seconds, 1 / REQUESTS_PER_ENVIRONMENT);
  if (own?.requestsPerMonth === undefined) return busy;
  return usage.requestsPerMonth === 0 ? 0 : busy * (own.requestsPerMonth / usage.requestsPerMonth);
}

function functionItems(graph: Graph, usage: Usage, traffic: Traffic): CapacityItem[] {
  if (graph.functions.size === 0) return [];
  const { concurrency, environmentsPerRequest } = traffic;
  const at = LIMITS.concurrency.value / environmentsPerRequest;
  const reserved = [...graph.functions.values()].flatMap((lambda) =>
    reservedItem(graph, usage, traffic, lambda),
  );
  return [item(LIMITS.concurrency, concurrency, at, traffic), ...reserved];
}

/** Reserved concurrency of a function. The provider's default, -1, means no reservation. */
function reservedItem(graph: Graph, usage: Usage, traffic: Traffic, { ref }: LambdaFunction): CapacityItem[] {
  const resource = graph.resources.get(ref.urn);
  const limit = resource && integer(inputValue(resource, "reservedConcurrentExecutions"));
  if (typeof limit !== "number" || limit < 0) return [];
  const each = environmentsOf(ref.name, usage);
  const what = `reserved concurrency of ${ref.name}`;
  return [
    item(
      { ...LIMITS.concurrency, scope: "function" },
      traffic.requestsPerSecond * each,
      limit / each,
      traffic,
      {
        what,
        limit,
      },
    ),
  ];
}

/** Without a cache each request reads. With a cache each environment reads when its copy has expired. */
function parameterItems(graph: Graph, usage: Usage, traffic: Traffic): CapacityItem[] {
  if (graph.functions.size === 0 || !readsParameters(graph)) return [];
  const { parameterPages: pages } = usage;
  const limit = usage.parameterThroughput === "higher" ? LIMITS.parameterStoreHigher : LIMITS.parameterStore;
  const { requestsPerSecond, concurrency, environmentsPerRequest } = traffic;
  // The worst second, not the average one: after a deployment, environments start together and read together.
  const { shortest: seconds } = readInterval(graph, usage);
  const cached = seconds > 0;
  // A busy environment reads no more often than it is called.
  const reads = cached ? Math.min(requestsPerSecond, Math.max(1, concurrency) / seconds) : requestsPerSecond;
  const readsPerRequest = cached ? Math.min(1, environmentsPerRequest / seconds) : 1;
  return [
    item(limit, reads * pages, limit.value / (readsPerRequest * pages), traffic, {
      note: cached
        ? `Environments that started together read again within ${seconds} s.`
        : "Every request reads the parameters.",
    }),
    coldBurst(graph, usage, limit, traffic),
  ];
}

/**
 * A burst of new environments, one for each request, which all read before they can answer. Throttled calls are
 * retried, with jitter, until the function's timeout. Until then half of the calls that the quota allows succeed.
 */
function coldBurst(graph: Graph, usage: Usage, limit: Limit, traffic: Traffic): CapacityItem {
  const timeouts = [...graph.functions.values()].map(({ ref }) => {
    const resource = graph.resources.get(ref.urn);
    const timeout = resource && integer(inputValue(resource, "timeout"));
    return typeof timeout === "number" ? timeout : DEFAULT_TIMEOUT;
  });
  const seconds = Math.min(LONGEST_API_WAIT, ...timeouts);
  return item(limit, usage.burstRequests * usage.parameterPages, undefined, traffic, {
    what: "Parameter Store calls of a cold burst",
    limit: Math.max(limit.value, (limit.value * seconds) / 2),
    unit: `calls in ${seconds} seconds`,
    note: "Each new environment reads before its first answer.",
  });
}

function readsParameters({ intents, endpoints, managedResources }: Graph): boolean {
  return (
    intents.some(({ to, must }) => to.kind === "service" && to.service === "ssm" && must === "reach") ||
    [...endpoints.values(), ...managedResources.values()].some(({ service }) => service === "ssm")
  );
}

function firstOf(items: readonly CapacityItem[]): CapacityForecast["firstToRunOut"] {
  let first: CapacityForecast["firstToRunOut"];
  for (const { what, atRequestsPerSecond, atConcurrency } of items) {
    if (atRequestsPerSecond === undefined || atConcurrency === undefined) continue;
    if (first === undefined || atRequestsPerSecond < first.atRequestsPerSecond) {
      first = { what, atRequestsPerSecond, atConcurrency };
    }
  }
  return first;
}
