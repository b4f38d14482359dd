import { isRecord, records } from "../../preflight/resources/read.js";
import type { SourceResource } from "../../preflight/resources/resource.js";
import { isKnown } from "../../preflight/resources/unknown.js";
import { numberOf } from "../request/parameters.js";
import type { ApiKey } from "./api-keys.js";
import { isPeriod, Quota, type QuotaSettings } from "./quota.js";
import { limitOf, type NamedLimit } from "./throttle.js";
import type { Clock, Limit } from "./token-bucket.js";

/** A usage plan, as far as it is for one stage. */
export interface UsagePlan {
  readonly name: string;
  /** Ids of the keys that may be sent. */
  readonly keys: ReadonlySet<string>;
  /** For each key. */
  readonly limit: Limit | undefined;
  /** For each key, by method: `/messages/GET`. */
  readonly methodLimits: ReadonlyMap<string, Limit>;
  readonly quota: Quota | undefined;
}

interface Place {
  readonly apiId: string;
  readonly stageName: string;
  readonly now: Clock;
}

/**
 * The usage plans that a stage is in.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function usagePlansOf(
  resources: readonly SourceResource[],
  { apiId, stageName, now }: Place,
): UsagePlan[] {
  const ties = resources.filter(({ type }) => type === "aws:apigateway/usagePlanKey:UsagePlanKey");
  return resources.flatMap(({ type, id, name, properties }) => {
    if (type !== "aws:apigateway/usagePlan:UsagePlan") return [];
    const stage = records(properties.apiStages)
      .filter(isKnown)
      .find((one) => one.apiId === apiId && one.stage === stageName);
    if (stage === undefined) return [];
    const quota = quotaOf(properties.quotaSettings);
    return [
      {
        name,
        keys: new Set(
          ties.filter((tie) => tie.properties.usagePlanId === id).map((tie) => String(tie.properties.keyId)),
        ),
        limit: limitIn(properties.throttleSettings),
        methodLimits: new Map(
          records(stage.throttles).flatMap((one) => {
            const limit = limitIn(one);
            return isKnown(one) && limit !== undefined ? [[String(one.path), limit] as const] : [];
          }),
        ),
        quota: quota && new Quota(quota, now),
      },
    ];
  });
}

/**
 * What a key has to keep to at a method: the plan's limit for the method, and the one for the key as a whole, which
 * a method's own does not replace.
 * @param method `/messages/GET`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function clientLimits(plan: UsagePlan, key: ApiKey, method: string): NamedLimit[] {
  const own = plan.methodLimits.get(method);
  const who = `key ${key.name} of usage plan ${plan.name}`;
  return [
    ...(own === undefined ? [] : [{ ...own, name: `${who} at ${method}` }]),
    ...(plan.limit === undefined ? [] : [{ ...plan.limit, name: who }]),
  ];
}

function limitIn(value: unknown): Limit | undefined {
  if (!isRecord(value)) return undefined;
  return limitOf(numberOf(value.rateLimit), numberOf(value.burstLimit));
}

function quotaOf(value: unknown): QuotaSettings | undefined {
  if (!isRecord(value)) return undefined;
  const limit = numberOf(value.limit);
  const { period } = value;
  if (limit === undefined || !isPeriod(period)) return undefined;
  return { limit, period, offset: numberOf(value.offset) ?? 0 };
}
