import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Throttling } from "../settings.js";

/** Limits for the holders of some API keys. */
export interface UsagePlan {
  /** Names of API keys. AWS generates each key's value. */
  readonly keys: readonly string[];
  /**
   * Requests that each key may send in a period.
   * @default no quota
   */
  readonly quota?: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  /**
   * Limits for each key, and for each key and method: `GET /messages`.
   * @default no limits but the stage's
   */
  readonly throttling?: Throttling & { readonly methods: Readonly<Record<string, Throttling>> };
}

interface UsagePlansArgs {
  readonly name: string;
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  readonly plans: Readonly<Record<string, UsagePlan>>;
  readonly parent: pulumi.Resource;
}

/**
 * Creates a stage's usage plans and their keys. AWS generates a key's value; it is a secret in the state, and is in no
 * output.
 * @returns the keys' ids, by their names
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function createUsagePlans({
  name,
  api,
  stage,
  plans,
  parent,
}: UsagePlansArgs): Record<string, pulumi.Output<string>> {
  const ids: Record<string, pulumi.Output<string>> = {};
  for (const [planName, settings] of Object.entries(plans)) {
    const plan = createPlan(`${name}-plan-${planName}`, { api, stage }, settings, parent);
    for (const keyName of settings.keys) {
      const at = `${name}-key-${keyName}`;
      const key = new aws.apigateway.ApiKey(
        at,
        { description: `${keyName}, in plan ${planName}` },
        { parent },
      );
      new aws.apigateway.UsagePlanKey(
        at,
        { usagePlanId: plan.id, keyId: key.id, keyType: "API_KEY" },
        // The plan's key has the value too; the provider marks it as secret only on the API key itself.
        { parent, additionalSecretOutputs: ["value"] },
      );
      ids[keyName] = key.id;
    }
  }
  return ids;
}

function createPlan(
  name: string,
  { api, stage }: Pick<UsagePlansArgs, "api" | "stage">,
  { quota, throttling }: UsagePlan,
  parent: pulumi.Resource,
): aws.apigateway.UsagePlan {
  const throttles = Object.entries(throttling?.methods ?? {}).map(([method, limits]) => ({
    path: planPath(method),
    rateLimit: limits.rateLimit,
    burstLimit: limits.burstLimit,
  }));
  return new aws.apigateway.UsagePlan(
    name,
    {
      // The stage's own output makes the plan depend on the stage, which must exist first.
      apiStages: [
        { apiId: api.id, stage: stage.stageName, throttles: throttles.length > 0 ? throttles : undefined },
      ],
      quotaSettings: quota && { limit: quota.limit, period: quota.period },
      ...(throttling !== undefined && {
        throttleSettings: { rateLimit: throttling.rateLimit, burstLimit: throttling.burstLimit },
      }),
    },
    { parent },
  );
}

/** `/messages/{id}/GET` for `GET /messages/{id}`: a plan identifies a method by its unescaped path. */
function planPath(method: string): string {
  const [verb = "", path = ""] = method.split(" ");
  return `${path}/${verb}`;
}
