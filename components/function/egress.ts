import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Destination } from "./destinations.js";

/** Lets a function out to a destination on port 443, and in there. */
export function letOut(
  name: string,
  destination: Destination,
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): void {
  const { service } = destination;
  if (destination.via === "interface-endpoint") {
    destination.endpoint.allow({ name, securityGroupId: securityGroup.id });
  }
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-to-${service.replaceAll(".", "-")}`,
    {
      securityGroupId: securityGroup.id,
      description: `HTTPS to ${service}`,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      ...peer(destination),
    },
    { parent },
  );
}

/** The one thing that an egress rule lets through. */
function peer(
  destination: Destination,
): Pick<aws.vpc.SecurityGroupEgressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId"> {
  switch (destination.via) {
    case "interface-endpoint":
      return { referencedSecurityGroupId: destination.endpoint.securityGroupId };
    case "gateway-endpoint":
      return { prefixListId: destination.endpoint.prefixListId };
    case "nat":
      return { cidrIpv4: "0.0.0.0/0" }; // a service's public addresses are too many, and change
  }
}
