import type { ApiStage, Graph, Key, MethodName, PlanQuota, RestApi } from "@lambda-networking/preflight";
import { known } from "../known.js";
import type { Route } from "../request/routing.js";
import type { ApiKey } from "./api-keys.js";
import { Quota } from "./quota.js";
import { type Clock, type Limit, limitOf, type NamedLimit } from "./throttle.js";

/** The part of a usage plan that is for one stage. */
export interface UsagePlan {
  readonly name: string;
  /** URNs of the plan's API keys. */
  readonly keys: ReadonlySet<Key>;
  /** Limit for each key. */
  readonly limit: Limit | undefined;
  /** Limits for each key, by method: `/messages/GET`. */
  readonly methodLimits: ReadonlyMap<string, Limit>;
  readonly quota: Quota | undefined;
}

/**
 * The usage plans of a stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function usagePlansOf(graph: Graph, api: RestApi, { stageName }: ApiStage, now: Clock): UsagePlan[] {
  return [...graph.usagePlans.values()].flatMap((plan) => {
    const { name } = plan.ref;
    const stage = plan.stages.find(
      (one) =>
        known(one.api, `an API of ${name}`) === api.ref.urn &&
        known(one.stageName, `a stage of ${name}`) === stageName,
    );
    if (stage === undefined) return [];
    return [
      {
        name,
        keys: new Set(plan.keys.map(({ key }) => known(key, `a key of ${name}`))),
        limit: limitOf(plan, name),
        methodLimits: new Map(
          stage.methodLimits.flatMap((one) => {
            const method = pathOf(known(one.method, `a method of ${name}`));
            const limit = limitOf(one, `${method} in ${name}`);
            return limit === undefined ? [] : [[method, limit] as const];
          }),
        ),
        quota: plan.quota && quotaOf(plan.quota, name, now),
      },
    ];
  });
}

function quotaOf({ limit, period, offset }: PlanQuota, name: string, now: Clock): Quota {
  const settings = {
    limit: known(limit, `the quota of ${name}`),
    period: known(period, `the period of the quota of ${name}`),
    offset: known(offset, `the offset of the quota of ${name}`),
  };
  return new Quota(settings, now);
}

/**
 * Limits on a key's requests to a method: the plan's limit for the method, and the plan's limit for the key as a
 * whole, which a method's own limit does not replace.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function clientLimits(plan: UsagePlan, key: ApiKey, { resource, httpMethod }: Route): NamedLimit[] {
  const method = pathOf({ path: resource, httpMethod });
  const own = plan.methodLimits.get(method);
  const client = `key ${key.name} of usage plan ${plan.name}`;
  return [
    ...(own === undefined ? [] : [{ ...own, name: `${client} at ${method}` }]),
    ...(plan.limit === undefined ? [] : [{ ...plan.limit, name: client }]),
  ];
}

/** A method as a usage plan names it: `/messages/GET`. */
function pathOf({ path, httpMethod }: MethodName): string {
  return `${path.replace(/\/$/, "")}/${httpMethod}`;
}
