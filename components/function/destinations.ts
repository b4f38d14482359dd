import type { Intent, Via } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RoutedEndpoint, ServiceEndpoint } from "../network/endpoints/service-endpoint.js";
import type { TransitAccess } from "../network/transit-gateway/transit-gateway-attachment.js";
import { type ResourceUse, useIntents } from "./uses.js";

/**
 * A service that a function in a VPC calls on port 443, and the network path of the call. Both the egress rule and the
 * intent to prove are created from it.
 */
export type Destination =
  | { readonly via: "interface-endpoint"; readonly service: string; readonly endpoint: ServiceEndpoint }
  | { readonly via: "gateway-endpoint"; readonly service: string; readonly endpoint: RoutedEndpoint }
  /** The service's public addresses, through NAT or, by its dual-stack name, over IPv6. */
  | {
      readonly via: "nat" | "egress-only-internet-gateway";
      readonly service: string;
      readonly routes: readonly pulumi.Resource[];
    };

/** A function's access to the internet on port 443. */
export interface InternetAccess {
  /** Over IPv4, through NAT. */
  readonly ipv4: boolean;
  /** Over IPv6, through an egress-only internet gateway. */
  readonly ipv6: boolean;
  /** All that a packet needs on its way out, besides its own subnet's table. */
  readonly routes: readonly pulumi.Resource[];
}

/**
 * Environment variables that the ways to the destinations need. The SDK calls a service's dual-stack name, which has
 * IPv6 addresses, only if it is told to.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 */
export function egressVariables(destinations: readonly Destination[]): Readonly<Record<string, string>> {
  return destinations.some(({ via }) => via === "egress-only-internet-gateway")
    ? { AWS_USE_DUALSTACK_ENDPOINT: "true" }
    : {};
}

/** Whether the variables say so; undefined if that is known to AWS only. The preflight asks before the first update. */
export function usesDualStackNames(
  variables: Readonly<Record<string, pulumi.Input<string>>>,
): boolean | undefined {
  const told = variables.AWS_USE_DUALSTACK_ENDPOINT ?? "";
  return typeof told === "string" ? told.toLowerCase() === "true" : undefined;
}

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
  /** Undefined: none. */
  readonly internet?: InternetAccess;
  /** Uses by the service's name. */
  readonly uses: Readonly<Record<string, Use>>;
  readonly resources: readonly ResourceUse[];
}

/** Intents of a function: the services that it must reach, and connections that must be impossible. */
export function functionIntents(args: IntentArgs): pulumi.Input<Intent>[] {
  const { name, inVpc, isPublic, destinations, internet: access, uses, resources } = args;
  const from = { kind: "function", name } as const;
  const ways = new Map<string, Via | undefined>(Object.keys(uses).map((service) => [service, undefined]));
  for (const { service, via } of destinations) ways.set(service, via);
  // What the function uses in a service says more than that the service is in reach.
  for (const { service } of resources) if (uses[service] === undefined) ways.delete(service);
  const byService = new Map(destinations.map(({ service, via }) => [service, via]));
  const services = [...ways].map(([service, via]): Intent => {
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
  const required = [...services, ...useIntents(name, resources, byService)];
  if (!inVpc) return required;
  const internet = { kind: "internet" } as const;
  const inbound: Intent = {
    from: internet,
    to: from,
    port: 443,
    must: "not-reach",
    reason: "nothing on the internet invokes it",
  };
  return [...required, ...(isPublic ? [] : [inbound]), ...outbound(from, access, destinations)];
}

/** Where a function may connect to the internet, it must be able to; a service's public addresses are part of it. */
function outbound(
  from: Intent["from"],
  access: InternetAccess | undefined,
  destinations: readonly Destination[],
): Intent[] {
  const to = { kind: "internet" } as const;
  const rest = { from, port: 443 } as const;
  if (access !== undefined) {
    const reach = { ...rest, must: "reach", reason: "it may connect to the internet" } as const;
    return [
      ...(access.ipv4 ? [{ ...reach, to, via: "nat" } as const] : []),
      ...(access.ipv6
        ? [{ ...reach, to: { ...to, family: 6 }, via: "egress-only-internet-gateway" } as const]
        : []),
    ];
  }
  const isOpen = destinations.some((each) => isPublicWay(each));
  return isOpen ? [] : [{ ...rest, to, must: "not-reach", reason: "nothing that it needs is there" }];
}

function isPublicWay({ via }: Destination): boolean {
  return via === "nat" || via === "egress-only-internet-gateway";
}

/** Whether a function's rule for the internet already lets out what is bound for a destination. */
function isIn(access: InternetAccess | undefined, { via }: Destination): boolean {
  return (
    (via === "nat" && access?.ipv4 === true) ||
    (via === "egress-only-internet-gateway" && access?.ipv6 === true)
  );
}

/**
 * Allows a function's egress to its destinations and the internet on port 443, and its ingress there.
 * @returns all that the paths to the destinations need
 */
export function allowEgressTo(
  name: string,
  destinations: readonly Destination[],
  access: InternetAccess | undefined,
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const own = destinations.filter((each) => !isIn(access, each));
  // AWS refuses a second rule for the same addresses, so the two are one resource, under either name.
  const merged = (via: Destination["via"]) =>
    destinations
      .filter((each) => each.via === via && isIn(access, each))
      .map(({ service }) => ruleName(name, service));
  return [
    ...own.flatMap((each) => allowEgress(name, each, securityGroup, parent)),
    ...(access?.ipv4 ? allowInternet(name, access, 4, merged("nat"), securityGroup, parent) : []),
    ...(access?.ipv6
      ? allowInternet(name, access, 6, merged("egress-only-internet-gateway"), securityGroup, parent)
      : []),
  ];
}

function ruleName(name: string, service: string): string {
  return `${name}-to-${service.replaceAll(".", "-")}`;
}

const INTERNET_RULES = { 4: "internet", 6: "internet-ipv6" } as const;

function allowInternet(
  name: string,
  { routes }: InternetAccess,
  family: 4 | 6,
  formerNames: readonly string[],
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const rule = new aws.vpc.SecurityGroupEgressRule(
    ruleName(name, INTERNET_RULES[family]),
    {
      securityGroupId: securityGroup.id,
      description: family === 4 ? "HTTPS to the internet" : "HTTPS to the internet over IPv6",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      ...(family === 4 ? { cidrIpv4: "0.0.0.0/0" } : { cidrIpv6: "::/0" }),
    },
    { parent, dependsOn: [...routes], aliases: formerNames.map((former) => ({ name: former })) },
  );
  return [rule, ...routes];
}

/**
 * Allows a function's egress to a destination on port 443, and its ingress there.
 * @returns all that the path to the destination needs
 */
function allowEgress(
  name: string,
  destination: Destination,
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const { service } = destination;
  const way = wayTo(name, destination, securityGroup);
  const egress = new aws.vpc.SecurityGroupEgressRule(
    ruleName(name, service),
    {
      securityGroupId: securityGroup.id,
      description: `HTTPS to ${service}`,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      ...peer(destination),
    },
    // If an endpoint takes the place of NAT, the rule narrows, for the version that callers still have too.
    { parent, dependsOn: [...way], aliases: formerRules(name, destination) },
  );
  return [egress, ...way];
}

/** The rule for the internet that this one takes the place of, because both are for the same addresses. */
function formerRules(name: string, { via }: Destination): pulumi.Alias[] {
  if (via === "nat") return [{ name: ruleName(name, INTERNET_RULES[4]) }];
  return via === "egress-only-internet-gateway" ? [{ name: ruleName(name, INTERNET_RULES[6]) }] : [];
}

/**
 * Allows a function's egress on port 443 to the networks behind a transit gateway.
 * @returns all that the paths there need
 */
export function allowTransit(
  name: string,
  { cidrBlocks, routes }: TransitAccess,
  securityGroup: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const rules = cidrBlocks.map(
    (cidrIpv4) =>
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-to-${cidrIpv4.replace(/[./]/g, "-")}`,
        {
          securityGroupId: securityGroup.id,
          description: "HTTPS through the transit gateway",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrIpv4,
        },
        { parent, dependsOn: [...routes] },
      ),
  );
  return [...rules, ...routes];
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
      const rule = endpoint.allow({ name, securityGroupId: securityGroup.id });
      return [...(rule === undefined ? [] : [rule]), ...endpoint.resources];
    }
    case "gateway-endpoint":
      return destination.endpoint.resources;
    case "nat":
    case "egress-only-internet-gateway":
      return destination.routes;
  }
}

/** The only destination of an egress rule. */
function peer(
  destination: Destination,
): Pick<
  aws.vpc.SecurityGroupEgressRuleArgs,
  "cidrIpv4" | "cidrIpv6" | "prefixListId" | "referencedSecurityGroupId"
> {
  switch (destination.via) {
    case "interface-endpoint":
      return { referencedSecurityGroupId: destination.endpoint.securityGroupId };
    case "gateway-endpoint":
      return { prefixListId: destination.endpoint.prefixListId };
    case "nat":
      return { cidrIpv4: "0.0.0.0/0" }; // A service has many public addresses, and they change.
    case "egress-only-internet-gateway":
      return { cidrIpv6: "::/0" };
  }
}
