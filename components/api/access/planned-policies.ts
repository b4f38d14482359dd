import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../../base/planned-value.js";
import type { PolicyDocument } from "../../base/policy-document.js";
import type { InterfaceEndpoint } from "../../network/endpoints/interface-endpoint.js";
import type { Domains } from "../domain-plan.js";
import type { Sharing } from "../sharing.js";
import { type InvalidationArgs, invalidation, throughEndpoint } from "../stage/caching.js";
import { apiPolicy, endpointPolicy, executionArn } from "./resource-policy.js";

interface PlannedPolicyArgs extends InvalidationArgs {
  readonly api: aws.apigateway.RestApi;
  readonly endpoint?: InterfaceEndpoint | undefined;
  readonly policy: aws.apigateway.RestApiPolicy;
  /** The endpoint's policy. */
  readonly endpointLimit: aws.ec2.VpcEndpointPolicy | undefined;
  readonly sharing?: Sharing | undefined;
  readonly domains?: Domains | undefined;
  readonly target: DeploymentTarget;
}

/** What the policies of an API and of its endpoint will say. */
export function plannedPolicies(args: PlannedPolicyArgs): PlannedValue[] {
  const { api, endpoint, policy, endpointLimit, target } = args;
  const arn = executionArn(target, plannedId(api));
  const limit = endpointPolicy(
    target,
    plannedId(api),
    args.domains,
    throughEndpoint(invalidation(arn, args)),
  );
  return [
    planned(policy, apiPolicy(arn, endpoint?.plannedId, args.sharing, invalidation(arn, args))),
    ...(endpointLimit === undefined ? [] : [planned(endpointLimit, limit)]),
  ];
}

function planned(resource: pulumi.Resource, document: PolicyDocument): PlannedValue {
  return { resource: resource.urn, property: "policy", value: pulumi.jsonStringify(document) };
}
