import type { Intent, Via } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { GatewayEndpoint } from "../network/endpoints/gateway-endpoint.js";
import type { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";

/**
 * A service that a function in a VPC calls on port 443, and the network path of the call. Both the egress rule and the
 * intent to prove are created from it.
 */
export type Destination =
  | { readonly via: "interface-endpoint"; readonly service: string; readonly endpoint: InterfaceEndpoint }
  | { readonly via: "gateway-endpoint"; readonly service: string; readonly endpoint: GatewayEndpoint }
  | { readonly via: "nat"; readonly service: string; readonly routes: readonly pulumi.Resource[] };

/** A function's action at a service, so that its permissions are proved too. */
export interface Use {
  /** `ssm:GetParametersByPath` */
  readonly action: string;
  /** ARN of the resource that the action is for. */
  readonly resource: string;
  readonly reason: string;
}

interface IntentArgs {
  /** The function's logical name. */
  readonly name: string;
  readonly inVpc: boolean;
  /** Whether an API on the internet invokes it. */
  readonly isPublic: boolean;
  readonly destinations: readonly Destination[];
  /** Uses by the service's name. */
  readonly uses: Readonly<Record<string, Use>>;
}

/** Intents of a function: the services that it must reach, and connections that must be impossible. */
export function functionIntents({ name, inVpc, isPublic, destinations, uses }: IntentArgs): Intent[] {
  const from = { kind: "function", name } as const;
  const ways = new Map<string, Via | undefined>(Object.keys(uses).map((service) => [service, undefined]));
  for (const { service, via } of destinations) ways.set(service, via);
  const required = [...ways].map(([service, via]): Intent => {
    const use = uses[service];
    return {
      from,
      to: {
        kind: "service",
        service,
        ...(use === undefined ? { networkOnly: true } : { action: use.action, resource: use.resource }),
      },
      port: 443,
      must: "reach",
      ...(via !== undefined && { via }),
      reason: use?.reason ?? `the network offers ${service} to its functions`,
    };
  });
  if (!inVpc) return required;
  const internet = { kind: "internet" } as const;
  const inbound: Intent = {
    from: internet,
    to: from,
    port: 443,
    must: "not-reach",
    reason: "nothing on the internet invokes it",
  };
  const outbound: Intent = {
    from,
    to: internet,
    port: 443,
    must: "not-reach",
    reason: "nothing that it needs is there",
  };
  return [
    ...required,
    ...(isPublic ? [] : [inbound]),
    ...(destinations.some(({ via }) => via === "nat") ? [] : [outbound]),
  ];
}

/**
 * Allows a function's egress to a destination on port 443, and its ingress there.
 * @returns all that the path to the destination needs
 */
export function allowEgress(
  name: string,
  destination: Destination,
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const { service } = destination;
  const way = wayTo(name, destination, securityGroup);
  const egress = new aws.vpc.SecurityGroupEgressRule(
    `${name}-to-${service.replaceAll(".", "-")}`,
    {
      securityGroupId: securityGroup.id,
      description: `HTTPS to ${service}`,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      ...peer(destination),
    },
    // If an endpoint takes the place of NAT, the rule narrows, for the version that callers still have too.
    { parent, dependsOn: [...way] },
  );
  return [egress, ...way];
}

/** What else the call needs: the endpoint, and its ingress rule, or the routes to NAT. */
function wayTo(
  name: string,
  destination: Destination,
  securityGroup: aws.ec2.SecurityGroup,
): readonly pulumi.Resource[] {
  switch (destination.via) {
    case "interface-endpoint": {
      const { endpoint } = destination;
      return [endpoint.allow({ name, securityGroupId: securityGroup.id }), endpoint.endpoint];
    }
    case "gateway-endpoint":
      return [destination.endpoint.endpoint];
    case "nat":
      return destination.routes;
  }
}

/** The only destination of an egress rule. */
function peer(
  destination: Destination,
): Pick<aws.vpc.SecurityGroupEgressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId"> {
  switch (destination.via) {
    case "interface-endpoint":
      return { referencedSecurityGroupId: destination.endpoint.securityGroupId };
    case "gateway-endpoint":
      return { prefixListId: destination.endpoint.prefixListId };
    case "nat":
      return { cidrIpv4: "0.0.0.0/0" }; // A service has many public addresses, and they change.
  }
}
