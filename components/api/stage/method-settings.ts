import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { logicalPath } from "../routes/route.js";
import {
  type Caching,
  type MethodSettings,
  type MethodsSettings,
  methodKey,
  stageThrottling,
  type Throttling,
} from "../settings.js";
import { cacheSettings } from "./caching.js";

interface StageMethodsArgs {
  readonly name: string;
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly metrics: boolean;
  readonly throttling?: Throttling | false;
  readonly caching?: Caching | false;
  readonly methods: MethodsSettings;
  readonly parent: pulumi.Resource;
}

/**
 * Creates the settings for all methods of a stage, and those of single methods. A method's settings replace the stage's
 * as a whole, so they repeat what does not differ.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
 */
export function createMethodSettings(args: StageMethodsArgs): void {
  const { name, api, stage, parent } = args;
  const at = { restApi: api.id, stageName: stage.stageName };
  // AWS deletes the settings with the stage.
  const opts = { parent, deletedWith: stage };
  new aws.apigateway.MethodSettings(
    `${name}-methods`,
    { ...at, methodPath: "*/*", settings: settingsOf(args) },
    opts,
  );
  for (const route of args.routes) {
    const own = args.methods[methodKey(route)];
    if (own === undefined || !differs(own)) continue;
    new aws.apigateway.MethodSettings(
      `${name}-${route.method.toLowerCase()}-${logicalPath(route.path)}`,
      { ...at, methodPath: methodPath(route), settings: settingsOf(args, own) },
      opts,
    );
  }
}

function differs({ throttling, caching }: MethodSettings): boolean {
  return throttling !== undefined || caching === false || caching?.ttlInSeconds !== undefined;
}

function settingsOf({ metrics, throttling, caching }: StageMethodsArgs, own?: MethodSettings) {
  const { rateLimit, burstLimit } = own?.throttling ?? stageThrottling(throttling);
  return {
    metricsEnabled: metrics,
    // Execution logs would contain requests and responses, and so parameter values.
    loggingLevel: "OFF",
    dataTraceEnabled: false,
    throttlingRateLimit: rateLimit,
    throttlingBurstLimit: burstLimit,
    ...cacheSettings(caching, own?.caching === false ? false : own?.caching?.ttlInSeconds),
  };
}

/**
 * `~1messages~1{id}/GET`: a stage identifies a method by its path, with each slash escaped as in a JSON pointer.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_PatchOperation.html
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/9738
 */
function methodPath({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${path.replaceAll("/", "~1")}/${method}`;
}
