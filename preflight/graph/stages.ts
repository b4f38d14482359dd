import type { Context } from "./context.js";
import { groupBy } from "./group-by.js";
import { KINDS } from "./kinds.js";
import { flag, given, integer, needed, records, text } from "./read.js";
import { refOf } from "./references.js";
import type { SourceResource } from "./source.js";
import type { ApiStage, Key, MethodSetting } from "./types.js";
import { isKnown, type Maybe, UNKNOWN } from "./unknown.js";

/** Stages with their cache, and what they set for methods. */
export function stagesByApi(context: Context): Map<Maybe<Key>, ApiStage[]> {
  const settings = context.ofType("aws:apigateway/methodSettings:MethodSettings");
  return new Map(
    [...groupBy(context.ofKind(KINDS.stage), (stage) => apiOf(context, stage, "restApi"))].map(
      ([api, stages]) => [
        api,
        stages.map((stage) => ({
          ref: refOf(stage),
          stageName: needed(stage.properties.stageName),
          cacheSize:
            flag(given(stage, "cacheClusterEnabled"), false) === false
              ? undefined
              : (text(given(stage, "cacheClusterSize")) ?? "0.5"),
          settings: settings.flatMap((setting) => settingOf(context, stage, setting) ?? []),
        })),
      ],
    ),
  );
}

/** The API that a property names, by itself or by way of a stage. */
export function apiOf(
  { references, resources }: Context,
  resource: SourceResource,
  property: string,
  value: unknown = resource.properties[property],
): Maybe<Key> {
  const own = references.needed(resource, property, value, KINDS.api);
  if (isKnown(own)) return own;
  const [stage, ...others] = references.dependencies(resource, property, KINDS.stage);
  const found = stage !== undefined && others.length === 0 ? resources.get(stage) : undefined;
  return found === undefined
    ? UNKNOWN
    : references.needed(found, "restApi", found.properties.restApi, KINDS.api);
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html */
function settingOf(
  context: Context,
  stage: SourceResource,
  resource: SourceResource,
): MethodSetting | undefined {
  const { stageName } = resource.properties;
  const sameApi = apiOf(context, resource, "restApi") === apiOf(context, stage, "restApi");
  const named = context.references.dependencies(resource, "stageName", KINDS.stage).includes(stage.urn);
  if (!sameApi || !(named || needed(stageName) === needed(stage.properties.stageName))) return undefined;
  const [settings = {}] = records(given(resource, "settings"));
  const of = (property: string) => (isKnown(settings) ? settings[property] : UNKNOWN);
  return {
    ref: refOf(resource),
    methodPath: needed(resource.properties.methodPath),
    cachingEnabled: flag(of("cachingEnabled"), false),
    rateLimit: limitOf(of("throttlingRateLimit")),
    burstLimit: limitOf(of("throttlingBurstLimit")),
  };
}

/** Minus one is how the provider writes that there is no limit. A rate may be a fraction. */
export function limitOf(value: unknown): Maybe<number> | undefined {
  const whole = typeof value === "number" ? value : integer(value);
  return typeof whole === "number" && whole < 0 ? undefined : whole;
}
