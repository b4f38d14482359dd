import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A part of the API that a deployment copies. */
interface Part {
  readonly resources: readonly pulumi.Resource[];
  readonly content: pulumi.Input<unknown>;
}

interface DeployArgs {
  readonly parts: readonly Part[];
  /** A setting of the API itself that only a new deployment puts into force. */
  readonly settings: pulumi.Input<unknown>;
  readonly parent: pulumi.Resource;
}

/**
 * Deploys the API. A deployment is a copy of the API's policy, methods, integrations, validators, models and gateway
 * responses at one moment. So it depends on all of them, and a change in any of them creates a new one.
 */
export function deploy(
  name: string,
  api: aws.apigateway.RestApi,
  args: DeployArgs,
): aws.apigateway.Deployment {
  const { parts, settings, parent } = args;
  const content = pulumi.jsonStringify([settings, parts.map(({ content }) => content)]);
  return new aws.apigateway.Deployment(
    name,
    {
      restApi: api.id,
      triggers: { redeployment: content.apply((text) => createHash("sha256").update(text).digest("hex")) },
    },
    { parent, dependsOn: parts.flatMap(({ resources }) => resources) },
  );
}

/**
 * Turns a resource's inputs into content. All inputs count, so that none is forgotten. A resource that uses the content
 * depends on the input's resource as well.
 */
export function contentOf(resource: pulumi.Resource, inputs: unknown): pulumi.Output<unknown> {
  return pulumi.all([resource.urn, inputs]).apply(([, values]) => values);
}
