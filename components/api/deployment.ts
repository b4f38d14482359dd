import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Something that a deployment copies. */
interface Part {
  readonly resources: readonly pulumi.Resource[];
  readonly content: pulumi.Input<unknown>;
}

interface DeployArgs {
  readonly parts: readonly Part[];
  /** The API's own that is in force from its next deployment on. */
  readonly settings: pulumi.Input<unknown>;
  readonly parent: pulumi.Resource;
}

/**
 * A deployment is a copy of the API as it is at that moment: its policy, methods, integrations, validators, models
 * and gateway responses. So it comes after them all, and a change in any of them makes a new one.
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
 * A resource's inputs as content. They are taken whole, so that none is forgotten; what depends on the content
 * depends on the resource as well.
 */
export function contentOf(resource: pulumi.Resource, inputs: unknown): pulumi.Output<unknown> {
  return pulumi.all([resource.urn, inputs]).apply(([, values]) => values);
}
