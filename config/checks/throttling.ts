import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import type { RawConfig } from "../raw-config.js";
import { defaultThrottling } from "../schema/api.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { valid, validEntries } from "./valid.js";

interface Limits {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Configured limits with their key. */
interface Written {
  readonly key: string;
  readonly limits: Limits;
}

/**
 * Limits that are never reached, because they are above a limit that applies to the same calls. A method's limit is
 * below the stage's, and so is a plan's. A plan's limit for a method is below all of them. An absent limit is the
 * account's, which no limit can exceed.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttlingChecks(raw: RawConfig): ConfigIssue[] {
  const methods = validEntries(raw, "api.methods");
  const stage = written("api.throttling", stageLimits(raw));
  const byMethod = (name: string) =>
    written(under("api.methods", name, "throttling"), methods.get(name)?.throttling);
  return [
    ...[...methods.keys()].flatMap((name) => below(byMethod(name), stage)),
    ...[...validEntries(raw, "api.usagePlans")].flatMap(([name, { throttling: own }]) => {
      const plan = written(under("api.usagePlans", name, "throttling"), own);
      const inPlan = Object.entries(own?.methods ?? {}).flatMap(([method, limits]) =>
        below(written(under("api.usagePlans", name, "throttling", "methods", method), limits), [
          ...plan,
          ...byMethod(method),
          ...stage,
        ]),
      );
      return [...below(plan, stage), ...inPlan];
    }),
  ];
}

/** The stage's limits, as they are configured or by default; undefined for the account's. */
function stageLimits(raw: RawConfig): Limits | undefined {
  const own = valid(raw, "api.throttling");
  if (own !== undefined) return own || undefined;
  const type = endpointTypeOf(raw);
  return type === undefined ? undefined : defaultThrottling(type) || undefined;
}

function written(key: string, limits: Limits | undefined): Written[] {
  return limits === undefined ? [] : [{ key, limits }];
}

/** Issues of limits that are above others, one issue each, with the lowest of the others. */
function below(limits: readonly Written[], bounds: readonly Written[]): ConfigIssue[] {
  return limits.flatMap((own) =>
    (["rateLimit", "burstLimit"] as const).flatMap((which) => {
      const [lowest] = [...bounds].sort((a, b) => a.limits[which] - b.limits[which]);
      if (lowest === undefined || own.limits[which] <= lowest.limits[which]) return [];
      const most = lowest.limits[which];
      const fix = `${lowest.key}.${which} lets ${most} through. Write at most ${most}, or a larger ${lowest.key}.${which}.`;
      return [issue(`${own.key}.${which}`, own.limits[which], fix)];
    }),
  );
}
