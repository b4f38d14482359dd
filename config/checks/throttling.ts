import { type Mistake, mistake } from "../../lib/validation.js";
import type { ValidApi } from "../api-settings.js";

interface Limits {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Limits that a person wrote, and where. */
interface Written {
  readonly key: string;
  readonly limits: Limits;
}

/**
 * A limit above one that holds for the same calls is never reached. A method's lies below the stage's, a plan's too,
 * and a plan's for a method below all of them. What is not written is the account's, which no limit can be above.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttlingChecks({ throttling, methods, plans }: ValidApi): Mistake[] {
  const stage = written("api.throttling", throttling);
  const byMethod = (name: string) => written(`api.methods.${name}.throttling`, methods.get(name)?.throttling);
  return [
    ...[...methods.keys()].flatMap((name) => below(byMethod(name), stage)),
    ...[...plans].flatMap(([name, { throttling: own }]) => {
      const plan = written(`api.usagePlans.${name}.throttling`, own);
      const inPlan = Object.entries(own?.methods ?? {}).flatMap(([method, limits]) =>
        below(written(`api.usagePlans.${name}.throttling.methods.${method}`, limits), [
          ...plan,
          ...byMethod(method),
          ...stage,
        ]),
      );
      return [...below(plan, stage), ...inPlan];
    }),
  ];
}

function written(key: string, limits: Limits | undefined): Written[] {
  return limits === undefined ? [] : [{ key, limits }];
}

/** A limit above several is told once, with the lowest of them. */
function below(limits: readonly Written[], bounds: readonly Written[]): Mistake[] {
  return limits.flatMap((own) =>
    (["rateLimit", "burstLimit"] as const).flatMap((which) => {
      const [lowest] = [...bounds].sort((a, b) => a.limits[which] - b.limits[which]);
      if (lowest === undefined || own.limits[which] <= lowest.limits[which]) return [];
      const most = lowest.limits[which];
      const mend = `${lowest.key}.${which} lets ${most} through. Write at most ${most}, or a larger ${lowest.key}.${which}.`;
      return [mistake(`${own.key}.${which}`, own.limits[which], mend)];
    }),
  );
}
