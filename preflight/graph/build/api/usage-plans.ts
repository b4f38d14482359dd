import {
  boolean,
  groupBy,
  inputValue,
  integer,
  oneOf,
  type Properties,
  records,
  requiredText,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { ApiKey, Key, PlanKey, PlanQuota, PlanStage, RequestLimits, UsagePlan } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";
import { apiOf, limitOf, methodNamed } from "./apis.js";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
export function buildUsagePlans(context: Context): Map<Key, UsagePlan> {
  const { references } = context;
  const keys = groupBy(context.ofType("aws:apigateway/usagePlanKey:UsagePlanKey"), (resource) =>
    references.needed(resource, "usagePlanId", resource.properties.usagePlanId, KINDS.usagePlan),
  );
  return new Map(
    context.ofKind(KINDS.usagePlan).map((resource) => {
      const [throttle] = records(inputValue(resource, "throttleSettings"));
      const [quota] = records(inputValue(resource, "quotaSettings"));
      const plan: UsagePlan = {
        ref: refOf(resource),
        stages: records(inputValue(resource, "apiStages")).map((stage) => stageOf(context, resource, stage)),
        keys: (keys.get(resource.urn) ?? []).map((key) => keyOf(context, key)),
        ...limitsIn(throttle),
        quota: quota === undefined ? undefined : quotaOf(quota),
      };
      return [resource.urn, plan];
    }),
  );
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html */
export function buildApiKeys({ ofKind }: Context): Map<Key, ApiKey> {
  return new Map(
    ofKind(KINDS.apiKey).map((resource) => [
      resource.urn,
      { ref: refOf(resource), enabled: isEnabled(resource) },
    ]),
  );
}

function stageOf(context: Context, plan: SourceResource, stage: MaybeUnknown<Properties>): PlanStage {
  const { apiId, stage: name, throttles } = isKnown(stage) ? stage : UNKNOWN_STAGE;
  const named = context.references.dependencies(plan, "apiStages", KINDS.stage);
  const [only, ...others] = named.flatMap((key) => context.resources.get(key)?.properties.stageName ?? []);
  const written = requiredText(name);
  return {
    api: apiOf(context, plan, "apiStages", apiId),
    stageName: isKnown(written) || others.length > 0 ? written : requiredText(only),
    methodLimits: records(throttles).map((throttle) => ({
      method: isKnown(throttle) ? methodNamed(throttle.path) : UNKNOWN,
      ...limitsIn(throttle),
    })),
  };
}

const UNKNOWN_STAGE: Properties = { apiId: UNKNOWN, stage: UNKNOWN, throttles: UNKNOWN };

function keyOf({ references, resources }: Context, resource: SourceResource): PlanKey {
  const key = references.needed(resource, "keyId", resource.properties.keyId, KINDS.apiKey);
  const own = isKnown(key) ? resources.get(key) : undefined;
  return { key, enabled: own === undefined ? true : isEnabled(own) };
}

function isEnabled(key: SourceResource): MaybeUnknown<boolean> {
  return boolean(inputValue(key, "enabled"), true);
}

function limitsIn(settings: MaybeUnknown<Properties> | undefined): RequestLimits {
  const of = (property: string) => {
    if (settings === undefined) return undefined;
    return isKnown(settings) ? limitOf(settings[property]) : UNKNOWN;
  };
  return { rateLimit: of("rateLimit"), burstLimit: of("burstLimit") };
}

function quotaOf(quota: MaybeUnknown<Properties>): PlanQuota {
  if (!isKnown(quota)) return { limit: UNKNOWN, period: UNKNOWN, offset: UNKNOWN };
  return {
    limit: limitOf(quota.limit) ?? UNKNOWN,
    period: oneOf(quota.period, ["DAY", "WEEK", "MONTH"]) ?? UNKNOWN,
    offset: integer(quota.offset) ?? 0,
  };
}
