import type { Intent, Place } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackVpc } from "../vpc/stack-vpc.js";

export interface TransitGatewayAttachmentArgs {
  readonly vpc: StackVpc;
  /** A transit gateway of this account, or one that is shared with it. */
  readonly transitGatewayId: string;
  /** The blocks behind it: each a route in each private route table. */
  readonly routes: readonly string[];
  /** Places in the VPC that hosts behind the transit gateway must not reach. */
  readonly closed: readonly Place[];
}

/** A function's access to the networks behind a transit gateway, on port 443. */
export interface TransitAccess {
  /** The attachment's logical name. */
  readonly name: string;
  readonly cidrBlocks: readonly string[];
  /** All that a packet needs on its way there, besides its own subnet's table. */
  readonly routes: readonly pulumi.Resource[];
}

/**
 * An attachment of the VPC to a transit gateway, with an interface in each private subnet and routes from every private
 * table. In us-east-1 it costs $36.50 a month, and $0.02 for each gigabyte that the VPC sends.
 *
 * Appliance mode is off, because no appliance in the VPC has to see both directions. The transit gateway's own route
 * tables are its owner's.
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export class TransitGatewayAttachment extends pulumi.ComponentResource {
  readonly attachment: aws.ec2transitgateway.VpcAttachment;
  readonly access: TransitAccess;

  constructor(name: string, args: TransitGatewayAttachmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:network:TransitGatewayAttachment", name, {}, opts);
    const { vpc, transitGatewayId } = args;
    this.attachment = new aws.ec2transitgateway.VpcAttachment(
      name,
      {
        transitGatewayId,
        vpcId: vpc.vpcId,
        subnetIds: vpc.privateSubnets.map(({ subnet }) => subnet.id),
        applianceModeSupport: "disable",
        dnsSupport: "enable",
      },
      { parent: this },
    );
    const routes = vpc.allPrivateSubnets.flatMap(({ name: subnet, routeTable }) =>
      args.routes.map(
        (destinationCidrBlock) =>
          new aws.ec2.Route(
            `${name}-${subnet}-${destinationCidrBlock.replace(/[./]/g, "-")}`,
            { routeTableId: routeTable.id, destinationCidrBlock, transitGatewayId },
            // AWS takes no route to a transit gateway that the VPC is not attached to.
            { parent: this, dependsOn: [this.attachment] },
          ),
      ),
    );
    this.access = { name, cidrBlocks: args.routes, routes: [this.attachment, ...routes] };
    this.registerOutputs({
      attachmentId: this.attachment.id,
      intents: args.closed.map(
        (to): Intent => ({
          from: { kind: "transit-gateway", name },
          to,
          port: 443,
          must: "not-reach",
          reason: "hosts behind the transit gateway are not among its callers",
        }),
      ),
    });
  }
}

/** Intents of a function that may connect to the networks behind a transit gateway; nothing there connects to it. */
export function transitIntents(functionName: string, { name }: TransitAccess): Intent[] {
  const gateway = { kind: "transit-gateway", name } as const;
  const lambda = { kind: "function", name: functionName } as const;
  return [
    {
      from: lambda,
      to: gateway,
      port: 443,
      must: "reach",
      via: "transit-gateway",
      reason: "it may connect to the networks behind the transit gateway",
    },
    {
      from: gateway,
      to: lambda,
      port: 443,
      must: "not-reach",
      reason: "nothing behind the transit gateway connects to it",
    },
  ];
}
