import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { type PolicyDocument, policyDocument, type Statement } from "../../base/policy-document.js";
import type { Domains } from "../settings.js";

/**
 * Who may call something private: whoever comes through the endpoint or is one of those that it is shared with,
 * and nobody else, whatever another statement or an identity's own policy may say.
 *
 * The refusal is one statement, for the keys of one statement are all to be met: it refuses whom none of them
 * admits. A key that a call does not have counts as not equal, so an unsigned call has no account.
 * @param resource what is called, an ARN
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function privatePolicy(
  resource: pulumi.Input<string>,
  endpointId: pulumi.Input<string>,
  sharing?: Sharing,
): PolicyDocument {
  const allow = allowInvoke(resource);
  return policyDocument(allow, {
    ...allow,
    Sid: "DenyOtherEndpoints",
    Effect: "Deny",
    Condition: { StringNotEquals: conditionsOf(endpointId, sharing) },
  });
}

/**
 * Who may call an API on the internet: everybody. Written down rather than left out, so that an API which was
 * private loses its refusals in the update that makes it public.
 */
export function publicApiPolicy(executionArn: pulumi.Output<string>): PolicyDocument {
  return policyDocument(allowInvoke(everyMethod(executionArn)));
}

function allowInvoke(resource: Statement["Resource"]): Statement {
  return {
    Sid: "AllowInvoke",
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: resource,
  };
}

function everyMethod(executionArn: pulumi.Output<string>): pulumi.Output<string> {
  return executionArn.apply((arn) => `${arn}/*`);
}

/** Who may call an API: whoever comes through the endpoint or is shared with or, without an endpoint, everybody. */
export function apiPolicy(
  executionArn: pulumi.Output<string>,
  endpointId: pulumi.Output<string> | undefined,
  sharing?: Sharing,
  extraStatements: readonly Statement[] = [],
): PolicyDocument {
  const { Statement: statements } =
    endpointId === undefined
      ? publicApiPolicy(executionArn)
      : privatePolicy(everyMethod(executionArn), endpointId, sharing);
  return policyDocument(...statements, ...extraStatements);
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API` */
export function executionArn(target: DeploymentTarget, apiId: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`${arnOf(target, "execute-api", "")}${apiId}`;
}

/**
 * What a private domain name's policy, and an endpoint's, call it: by its name and an id. The id is not known before
 * the domain name is there, and the short form `execute-api:/*` becomes the long one at AWS, so that each update
 * would find it changed: https://github.com/hashicorp/terraform-provider-aws/issues/40834
 */
export function domainArn(target: DeploymentTarget, domainName: string): string {
  return arnOf(target, "execute-api", `/domainnames/${domainName}+*`);
}

/** What may be done through an execute-api endpoint: calling this API, by its own name and by its domain names. */
export function endpointPolicy(
  target: DeploymentTarget,
  apiId: pulumi.Output<string>,
  domains: Domains = {},
  extraStatements: readonly Statement[] = [],
): PolicyDocument {
  const api = everyMethod(executionArn(target, apiId));
  const names = Object.keys(domains).map((name) => domainArn(target, name));
  return policyDocument(allowInvoke(names.length > 0 ? [api, ...names] : api), ...extraStatements);
}

/** Who may call a private API besides whoever comes through the stack's own endpoint; nobody where empty. */
export interface Sharing {
  /** Ids of other VPCs' execute-api endpoints, in this account or another. */
  readonly vpcEndpoints: readonly string[];
  /** Ids of VPCs, whichever of their endpoints a call comes through. */
  readonly vpcs: readonly string[];
  /**
   * Ids of accounts whose signed calls are taken, through whatever execute-api endpoint. A call has an account only
   * where it is signed and its method's authorization is AWS_IAM; `aws:VpceAccount`, the account of the endpoint,
   * is not among the keys that API Gateway knows.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
   */
  readonly accounts: readonly string[];
}

type Conditions = Readonly<Record<string, readonly pulumi.Input<string>[]>>;

/** The values that admit a call, by condition key; one that nobody is named for is left out. */
export function conditionsOf(endpointId: pulumi.Input<string>, sharing?: Sharing): Conditions {
  return {
    "aws:SourceVpce": [endpointId, ...(sharing?.vpcEndpoints ?? [])],
    ...named("aws:SourceVpc", sharing?.vpcs),
    ...named("aws:PrincipalAccount", sharing?.accounts),
  };
}

function named(key: string, values: readonly string[] = []): Conditions {
  return values.length > 0 ? { [key]: values } : {};
}
