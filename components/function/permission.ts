import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** A function with the alias that is invoked. */
interface Invoked {
  readonly function: aws.lambda.Function;
  readonly alias: aws.lambda.Alias;
}

interface Source {
  /** The service: `sns.amazonaws.com`. */
  readonly principal: string;
  /** ARN of the resource that the service calls for. */
  readonly sourceArn: pulumi.Input<string>;
  /**
   * Account of that resource, for ARNs without one.
   * @default the one in the ARN
   */
  readonly sourceAccount?: string;
}

/**
 * Lets a service invoke a function's alias, for one resource.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function allowInvoke(
  name: string,
  lambda: Invoked,
  source: Source,
  parent: pulumi.Resource,
): aws.lambda.Permission {
  return new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: lambda.function.name,
      qualifier: lambda.alias.name,
      ...source,
    },
    { parent },
  );
}
