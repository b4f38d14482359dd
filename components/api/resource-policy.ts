import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../deployment-target.js";
import { type PolicyDocument, policyDocument, type Statement } from "../policy-document.js";

/**
 * Who may call a private API: whoever comes through one of the endpoints, and nobody else, whatever another
 * statement or an identity's own policy may say.
 * @param executionArn `arn:aws:execute-api:REGION:ACCOUNT:API`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
 */
export function privateApiPolicy(
  executionArn: pulumi.Output<string>,
  endpointIds: readonly pulumi.Input<string>[],
): PolicyDocument {
  const allow = allowInvoke(executionArn);
  return policyDocument(allow, {
    ...allow,
    Sid: "DenyOtherEndpoints",
    Effect: "Deny",
    Condition: { StringNotEquals: { "aws:SourceVpce": endpointIds } },
  });
}

/**
 * Who may call an API on the internet: everybody. Written down rather than left out, so that an API which was
 * private loses its refusals in the update that makes it public.
 */
export function publicApiPolicy(executionArn: pulumi.Output<string>): PolicyDocument {
  return policyDocument(allowInvoke(executionArn));
}

function allowInvoke(executionArn: pulumi.Output<string>): Statement {
  return {
    Sid: "AllowInvoke",
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: executionArn.apply((arn) => `${arn}/*`),
  };
}

/** Who may call an API: whoever comes through the endpoint or, without one, everybody. */
export function apiPolicy(
  executionArn: pulumi.Output<string>,
  endpointId: pulumi.Output<string> | undefined,
): PolicyDocument {
  return endpointId === undefined
    ? publicApiPolicy(executionArn)
    : privateApiPolicy(executionArn, [endpointId]);
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API` */
export function executionArn(target: DeploymentTarget, apiId: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`${arnOf(target, "execute-api", "")}${apiId}`;
}

/** What may be done through an execute-api endpoint: calling this API. */
export function endpointPolicy(executionArn: pulumi.Output<string>): PolicyDocument {
  return publicApiPolicy(executionArn);
}
