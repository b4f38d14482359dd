import { boolean, groupBy, inputValue, oneOf, records, requiredText } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { Key, PlanKey, PlanStage, UsagePlan } from "../model.js";
import { apiOf, limitOf } from "./apis.js";
import type { Context } from "./context.js";
import { KINDS, refOf } from "./references.js";

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
        rateLimit: limitIn(throttle, "rateLimit"),
        burstLimit: limitIn(throttle, "burstLimit"),
        quota: quota === undefined ? undefined : quotaOf(quota),
      };
      return [resource.urn, plan];
    }),
  );
}

type Properties = Readonly<Record<string, unknown>>;

function stageOf(context: Context, plan: SourceResource, stage: MaybeUnknown<Properties>): PlanStage {
  const [id, name] = isKnown(stage) ? [stage.apiId, stage.stage] : [UNKNOWN, UNKNOWN];
  const named = context.references.dependencies(plan, "apiStages", KINDS.stage);
  const [only, ...others] = named.flatMap((key) => context.resources.get(key)?.properties.stageName ?? []);
  const written = requiredText(name);
  return {
    api: apiOf(context, plan, "apiStages", id),
    stageName: isKnown(written) || others.length > 0 ? written : requiredText(only),
  };
}

function keyOf({ references, resources }: Context, resource: SourceResource): PlanKey {
  const key = references.needed(resource, "keyId", resource.properties.keyId, KINDS.apiKey);
  const own = isKnown(key) ? resources.get(key) : undefined;
  return { key, enabled: own === undefined ? true : boolean(inputValue(own, "enabled"), true) };
}

function limitIn(
  settings: MaybeUnknown<Properties> | undefined,
  property: string,
): MaybeUnknown<number> | undefined {
  if (settings === undefined) return undefined;
  return isKnown(settings) ? limitOf(settings[property]) : UNKNOWN;
}

function quotaOf(quota: MaybeUnknown<Properties>): UsagePlan["quota"] {
  if (!isKnown(quota)) return { limit: UNKNOWN, period: UNKNOWN };
  return {
    limit: limitOf(quota.limit) ?? UNKNOWN,
    period: oneOf(quota.period, ["DAY", "WEEK", "MONTH"]) ?? UNKNOWN,
  };
}
