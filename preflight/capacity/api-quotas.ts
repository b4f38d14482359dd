import type { Graph, MethodSetting, RestApi, UsagePlan } from "../graph/index.js";
import { isKnown, isSet } from "../graph/index.js";
import type { Usage } from "../usage/usage.js";
import { type CapacityItem, item, type Traffic } from "./quota-check.js";
import { LIMITS } from "./quotas.js";

/** The account's rate for all APIs, and what stages and usage plans allow of it. */
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

/** All methods are taken to be called alike, so the lowest limit of any is the stage's. */
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

/** `~1messages~1{id}/GET` is `GET /messages/{id}`. */
function methodOf({ methodPath }: MethodSetting): string {
  if (!isKnown(methodPath)) return "a method";
  if (methodPath === "*/*") return "every method";
  const [path = "", verb = ""] = methodPath.split("/");
  return `${verb} ${path.replaceAll("~1", "/")}`;
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

/** Each key has the plan's limits to itself; traffic is taken to be spread over them evenly. */
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
  // At the busiest second's rate for the whole period, as the other limits are reckoned.
  const at = limit / seconds;
  return [
    ...items,
    item(LIMITS.quota, steady * seconds, at, traffic, {
      what: `quota of usage plan ${name} in a ${quota.period.toLowerCase()}, ${shared}`,
      limit,
    }),
  ];
}
