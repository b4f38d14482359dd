import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { type PolicyDocument, policyDocument, type Statement } from "../../base/policy-document.js";
import type { Domains } from "../settings.js";

/**
 * Policy of a private resource. It allows calls through the endpoint and calls that `sharing` names. It denies every
 * other call, whatever another statement or an identity-based policy allows.
 *
 * The denial is one statement because all condition keys of a statement must match: it denies a call that no key
 * admits. A key that a call does not have counts as not equal, so an unsigned call matches no account.
 * @param resource ARN of the resource that is called
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
 * @see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
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
 * Policy of an API on the internet, which allows every caller. It is written out so that an API that was private loses
 * its denials in the update that makes it public.
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

/** Policy of an API: {@link privatePolicy} if it has an endpoint, else {@link publicApiPolicy}. */
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
 * ARN of a domain name in its own policy and in an endpoint's: the name with any id. The id is unknown before the
 * domain name exists. AWS expands the short form `execute-api:/*` to the long one, so that each update would find a
 * change: https://github.com/hashicorp/terraform-provider-aws/issues/40834
 */
export function domainArn(target: DeploymentTarget, domainName: string): string {
  return arnOf(target, "execute-api", `/domainnames/${domainName}+*`);
}

/** Policy of an execute-api endpoint: it allows calls of this API, by its own name and by its domain names. */
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

/** Callers of a private API other than those that use the stack's own endpoint. */
export interface Sharing {
  /** Ids of other VPCs' execute-api endpoints, in this account or another. */
  readonly vpcEndpoints: readonly string[];
  /** Ids of VPCs; a call may come through any endpoint of theirs. */
  readonly vpcs: readonly string[];
  /**
   * Ids of accounts whose signed calls are allowed, through any execute-api endpoint. API Gateway knows a call's
   * account only if the call is signed and the method's authorization is AWS_IAM. It does not support
   * `aws:VpceAccount`, the account of the endpoint.
   * @see
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
   */
  readonly accounts: readonly string[];
}

type Conditions = Readonly<Record<string, readonly pulumi.Input<string>[]>>;

/** Returns the values that admit a call, by condition key; a key without values is left out. */
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
