import type { NatMode } from "@lambda-networking/preflight/aws";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createNatInstances, type NatInstance, type NatInstanceSettings } from "./nat-instance.js";
import type { TierSubnet } from "./subnet-tier.js";

interface NatArgs {
  readonly mode: NatMode;
  /** The instances of mode `instance`. */
  readonly instance: NatInstanceSettings;
  readonly vpcId: pulumi.Input<string>;
  readonly internetGateway: aws.ec2.InternetGateway;
  readonly publicSubnets: readonly TierSubnet[];
  /** The subnets that lead to the internet through NAT. */
  readonly privateSubnets: readonly TierSubnet[];
  readonly publicRoutes: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** NAT gateways or instances, and the routes that lead to them. */
interface Nat {
  readonly gatewayIds: pulumi.Output<string>[];
  readonly instances: readonly NatInstance[];
  /** All that a packet needs behind its own subnet's table. */
  readonly routes: readonly pulumi.Resource[];
}

/**
 * Creates NAT gateways or instances, and the default route of each private subnet.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export function createNat(name: string, args: NatArgs): Nat {
  const gateways = createGateways(name, args);
  const instances = args.mode === "instance" ? createNatInstances(name, { ...args, ...args.instance }) : [];
  const routes = args.privateSubnets.flatMap(({ name: subnet, suffix, routeTable }) => {
    const natGateway = gateways.get(suffix) ?? gateways.get("");
    const instance = instances.find((one) => one.suffix === suffix) ?? instances[0];
    if (natGateway === undefined && instance === undefined) return [];
    return new aws.ec2.Route(
      `${subnet}-internet`,
      {
        routeTableId: routeTable.id,
        destinationCidrBlock: "0.0.0.0/0",
        ...(natGateway !== undefined && { natGatewayId: natGateway.id }),
        ...(instance !== undefined && { networkInterfaceId: instance.networkInterface.id }),
      },
      { parent: args.parent },
    );
  });
  return {
    gatewayIds: [...gateways.values()].map(({ id }) => id),
    instances,
    routes: [...routes, ...instances.map(({ group }) => group)],
  };
}

/** Creates gateways, by the letter of the zone that they serve; "" serves every zone without its own gateway. */
function createGateways(name: string, args: NatArgs): Map<string, aws.ec2.NatGateway> {
  // Sorted by letter, so that a reordered list of zones does not move the single gateway to another zone.
  const byLetter = [...args.publicSubnets].sort((a, b) => a.suffix.localeCompare(b.suffix));
  switch (args.mode) {
    case "none":
    case "instance":
      return new Map();
    case "single":
      return new Map(byLetter.slice(0, 1).map((home) => ["", createZonal(name, home, args)]));
    case "perAz":
      return new Map(byLetter.map((home) => [home.suffix, createZonal(name, home, args)]));
    case "regional":
      return new Map([["", createRegional(name, args)]]);
  }
}

function createZonal(name: string, home: TierSubnet, args: NatArgs): aws.ec2.NatGateway {
  const at = `${name}-nat-${home.suffix}`;
  // AWS creates neither the address nor the gateway before the internet gateway is attached.
  const options = { parent: args.parent, dependsOn: [args.internetGateway] };
  const address = new aws.ec2.Eip(at, { domain: "vpc" }, options);
  return new aws.ec2.NatGateway(
    at,
    { allocationId: address.allocationId, subnetId: home.subnet.id },
    options,
  );
}

/**
 * Creates a regional gateway, which has no subnet. AWS places it in the zones with traffic and assigns its addresses.
 */
function createRegional(name: string, args: NatArgs): aws.ec2.NatGateway {
  return new aws.ec2.NatGateway(
    `${name}-nat`,
    { availabilityMode: "regional", connectivityType: "public", vpcId: args.vpcId },
    { parent: args.parent, dependsOn: [args.internetGateway] },
  );
}
