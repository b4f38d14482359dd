import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { type PolicyDocument, policyDocument, type Statement } from "../../base/policy-document.js";
import type { Domains, Method } from "../settings.js";

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
  return policyDocument(allow, denyOtherEndpoints(allow, endpointId, sharing));
}

function denyOtherEndpoints(
  allow: Statement,
  endpointId: pulumi.Input<string>,
  sharing: Sharing | undefined,
): Statement {
  return {
    ...allow,
    Sid: "DenyOtherEndpoints",
    Effect: "Deny",
    Condition: { StringNotEquals: conditionsOf(endpointId, sharing) },
  };
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

export interface ApiPolicyArgs {
  /** {@link executionArn} */
  readonly arn: pulumi.Output<string>;
  /** The API's methods, those for OPTIONS included. */
  readonly methods: readonly Method[];
  /** The endpoint of a private API. */
  readonly endpointId: pulumi.Output<string> | undefined;
  readonly sharing?: Sharing;
  readonly extraStatements?: readonly Statement[];
}

/**
 * Policy of an API. It allows the methods that the API has, by name: a deployment is a copy, and the copy that an
 * update makes still has the methods that the same update deletes at its end. A private API also denies every call but
 * those of {@link privatePolicy}. The policy of an API on the internet is written out so that one that was private
 * loses its denials in the update that makes it public.
 */
export function apiPolicy(args: ApiPolicyArgs): PolicyDocument {
  const { arn, methods, endpointId, sharing, extraStatements = [] } = args;
  const allow = allowInvoke(methods.map((method) => methodArn(arn, "*", method)));
  const deny =
    endpointId === undefined ? [] : [denyOtherEndpoints(allowInvoke(everyMethod(arn)), endpointId, sharing)];
  return policyDocument(allow, ...deny, ...extraStatements);
}

/** ARN of the calls of a method. A value replaces each variable of the path, and the method `ANY` is every method. */
export function methodArn(
  executionArn: pulumi.Output<string>,
  stageName: string,
  { method, path }: Method,
): pulumi.Output<string> {
  const call = `${stageName}/${method === "ANY" ? "*" : method}${path.replace(/\{[^}]+\}/g, "*")}`;
  return executionArn.apply((arn) => `${arn}/${call}`);
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API` */
export function executionArn(target: DeploymentTarget, apiId: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`${arnOf(target, "execute-api", "")}${apiId}`;
}

/** Host of an API: `a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com`. */
export function executeApiHost(
  { region, dnsSuffix }: Pick<DeploymentTarget, "region" | "dnsSuffix">,
  apiId: string,
): string {
  return `${apiId}.execute-api.${region}.${dnsSuffix}`;
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

/** A stage of an API that is not the stack's. */
export interface ApiStage {
  readonly id: string;
  readonly stage: string;
  /** @default the stack's account */
  readonly accountId?: string;
}

/** The statement of an endpoint's policy that allows calls of other APIs, at one stage each; none without them. */
export function otherStages({
  otherStages: stages = [],
  target,
}: {
  readonly otherStages?: readonly ApiStage[];
  readonly target: DeploymentTarget;
}): Statement[] {
  if (stages.length === 0) return [];
  const arns = stages.map(({ id, stage, accountId = target.accountId }) =>
    arnOf({ ...target, accountId }, "execute-api", `${id}/${stage}/*`),
  );
  return [{ ...allowInvoke([...new Set(arns)].sort()), Sid: "AllowOtherApis" }];
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
