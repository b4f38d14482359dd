import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../deployment-target.js";
import type { InterfaceEndpoint } from "../network/interface-endpoint.js";
import { type PlannedValue, plannedId } from "../planned-value.js";
import type { PolicyDocument } from "../policy-document.js";
import { apiPolicy, endpointPolicy, executionArn } from "./resource-policy.js";

interface PlannedPolicyArgs {
  readonly api: aws.apigateway.RestApi;
  readonly endpoint?: InterfaceEndpoint | undefined;
  readonly policy: aws.apigateway.RestApiPolicy;
  /** The endpoint's policy. */
  readonly endpointLimit: aws.ec2.VpcEndpointPolicy | undefined;
  readonly target: DeploymentTarget;
}

/** What the policies of an API and of its endpoint will say. */
export function plannedPolicies(args: PlannedPolicyArgs): PlannedValue[] {
  const { api, endpoint, policy, endpointLimit, target } = args;
  const arn = executionArn(target, plannedId(api));
  return [
    planned(policy, apiPolicy(arn, endpoint?.plannedId)),
    ...(endpointLimit === undefined ? [] : [planned(endpointLimit, endpointPolicy(arn))]),
  ];
}

function planned(resource: pulumi.Resource, document: PolicyDocument): PlannedValue {
  return { resource: resource.urn, property: "policy", value: pulumi.jsonStringify(document) };
}
