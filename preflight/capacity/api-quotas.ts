import {
  type Graph,
  isKnown,
  isSet,
  type MethodSetting,
  type RestApi,
  type UsagePlan,
} from "../graph/index.js";
import type { Usage } from "../usage/usage.js";
import { type CapacityItem, item, type Traffic } from "./quota-check.js";
import { LIMITS } from "./quotas.js";

/** The account's request rate for all APIs, and the limits of stages and usage plans. */
export function apiItems(graph: Graph, usage: Usage, traffic: Traffic): CapacityItem[] {
  if (graph.apis.size === 0) return [];
  const { requestsPerSecond } = traffic;
  return [
    item(LIMITS.apiRate, requestsPerSecond, LIMITS.apiRate.value, traffic),
    item(LIMITS.apiBurst, usage.burstRequests, undefined, traffic),
    ...[...graph.apis.values()].flatMap((api) => stageItems(api, usage, traffic)),
    ...[...graph.usagePlans.values()].flatMap((plan) => planItems(graph, plan, usage, traffic)),
  ];
}

/** Assumes that all methods are called equally, so the lowest limit of any method is the stage's limit. */
function stageItems({ stages }: RestApi, usage: Usage, traffic: Traffic): CapacityItem[] {
  return stages.flatMap(({ ref, settings }) =>
    settings.flatMap((setting) => [
      ...throttled(`rate of ${methodOf(setting)} in stage ${ref.name}`, setting.rateLimit, traffic),
      ...burst(
        `burst of ${methodOf(setting)} in stage ${ref.name}`,
        setting.burstLimit,
        "stage",
        usage,
        traffic,
      ),
    ]),
  );
}

/** `GET /messages/{id}` */
function methodOf({ method }: MethodSetting): string {
  if (method === undefined) return "every method";
  return isKnown(method) ? `${method.httpMethod} ${method.path}` : "a method";
}

function throttled(what: string, limit: MethodSetting["rateLimit"], traffic: Traffic): CapacityItem[] {
  if (!isSet(limit) || limit >= LIMITS.apiRate.value) return [];
  return [item(LIMITS.throttle, traffic.requestsPerSecond, limit, traffic, { what, limit })];
}

function burst(
  what: string,
  limit: MethodSetting["burstLimit"],
  scope: "stage" | "usage plan",
  usage: Usage,
  traffic: Traffic,
): CapacityItem[] {
  if (!isSet(limit) || limit >= LIMITS.apiBurst.value) return [];
  const of = { ...LIMITS.throttle, unit: LIMITS.apiBurst.unit, scope } as const;
  return [item(of, usage.burstRequests, undefined, traffic, { what, limit })];
}

const SECONDS = { DAY: 86_400, WEEK: 7 * 86_400, MONTH: 30 * 86_400 } as const;
const SECONDS_PER_MONTH = 730 * 3600;

/** Each key has the full limits of its plan. Assumes that the traffic is spread over the keys evenly. */
function planItems(graph: Graph, plan: UsagePlan, usage: Usage, traffic: Traffic): CapacityItem[] {
  const wanted = [...graph.apis.values()].some(({ methods }) =>
    methods.some(({ apiKeyRequired }) => apiKeyRequired === true),
  );
  const keys = plan.keys.length;
  if (!wanted || keys === 0) return [];
  const { name } = plan.ref;
  const shared = keys === 1 ? "its key" : `its ${keys} keys together`;
  const { rateLimit: rate, burstLimit, quota } = plan;
  const all = (limit: MethodSetting["rateLimit"]) => (!isSet(limit) ? limit : limit * keys);
  const items = [
    ...throttled(`rate of usage plan ${name}, ${shared}`, all(rate), traffic),
    ...burst(`burst of usage plan ${name}, ${shared}`, all(burstLimit), "usage plan", usage, traffic),
  ].map((each) => ({ ...each, scope: "usage plan" as const }));
  if (quota === undefined || !isKnown(quota.limit) || !isKnown(quota.period)) return items;
  const limit = quota.limit * keys;
  const seconds = SECONDS[quota.period];
  const steady = usage.requestsPerMonth / SECONDS_PER_MONTH;
  // Assumes the rate of the busiest second for the whole period, as for the other limits.
  const at = limit / seconds;
  return [
    ...items,
    item(LIMITS.quota, steady * seconds, at, traffic, {
      what: `quota of usage plan ${name} in a ${quota.period.toLowerCase()}, ${shared}`,
      limit,
    }),
  ];
}
