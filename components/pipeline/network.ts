import type * as pulumi from "@pulumi/pulumi";
import type { PrivateNetwork } from "../../program/network.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { policyDocument } from "../base/policy-document.js";
import type { Destination } from "../function/destinations.js";
import { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";

/**
 * The producer's way to SNS: the network's endpoint for it where there is one, else NAT, else an endpoint that is made
 * here, at $7.30 a month in each zone. It lets through the publishing to the one topic, by this account.
 */
export function wayToTopic(
  network: PrivateNetwork,
  topicArn: string,
  target: DeploymentTarget,
  opts: pulumi.ComponentResourceOptions,
): Destination {
  const configured = network.others.get("sns");
  if (configured === undefined && network.nat !== "none") return { via: "nat", service: "sns" };
  return {
    via: "interface-endpoint",
    service: "sns",
    endpoint: configured ?? makeEndpoint(network, topicArn, target, opts),
  };
}

function makeEndpoint(
  { vpc }: PrivateNetwork,
  topicArn: string,
  { accountId }: DeploymentTarget,
  opts: pulumi.ComponentResourceOptions,
): InterfaceEndpoint {
  return new InterfaceEndpoint(
    "sns",
    {
      service: "sns",
      vpcId: vpc.vpcId,
      subnets: vpc.privateSubnets,
      allowFrom: [],
      policy: policyDocument({
        Effect: "Allow",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
      }),
    },
    opts,
  );
}
