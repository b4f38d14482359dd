import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../../base/planned-value.js";
import type { PolicyDocument } from "../../base/policy-document.js";
import type { ServiceEndpoint } from "../../network/endpoints/service-endpoint.js";
import type { Domains, Method } from "../settings.js";
import { cacheInvalidationStatements, type InvalidationArgs, withAnyPrincipal } from "../stage/caching.js";
import {
  type ApiStage,
  apiPolicy,
  endpointPolicy,
  executionArn,
  otherStages,
  type Sharing,
} from "./resource-policy.js";

interface PlannedPolicyArgs extends InvalidationArgs {
  readonly api: aws.apigateway.RestApi;
  readonly endpoint?: ServiceEndpoint;
  readonly policy: aws.apigateway.RestApiPolicy;
  /** The API's methods, those for OPTIONS included. */
  readonly calls: readonly Method[];
  /** The endpoint's policy. */
  readonly endpointLimit: aws.ec2.VpcEndpointPolicy | undefined;
  readonly sharing?: Sharing;
  readonly domains?: Domains;
  /** Stages of other APIs that may be called through the endpoint. */
  readonly otherStages?: readonly ApiStage[];
  readonly target: DeploymentTarget;
}

/** Plans the policies of an API and of its endpoint, for checks before their ids are known. */
export function plannedPolicies(args: PlannedPolicyArgs): PlannedValue[] {
  const { api, endpoint, policy, endpointLimit, target } = args;
  const arn = executionArn(target, plannedId(api));
  const limit = endpointPolicy(target, plannedId(api), args.domains, [
    ...withAnyPrincipal(cacheInvalidationStatements(arn, args)),
    ...otherStages(args),
  ]);
  return [
    planned(
      policy,
      apiPolicy({
        arn,
        methods: args.calls,
        endpointId: endpoint?.plannedId,
        sharing: args.sharing,
        extraStatements: cacheInvalidationStatements(arn, args),
      }),
    ),
    ...(endpointLimit === undefined ? [] : [planned(endpointLimit, limit)]),
  ];
}

function planned(resource: pulumi.Resource, document: PolicyDocument): PlannedValue {
  return { resource: resource.urn, property: "policy", value: pulumi.jsonStringify(document) };
}
