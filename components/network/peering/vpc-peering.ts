import type { Intent, Place } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceEndpoint } from "../endpoints/service-endpoint.js";
import type { StackVpc } from "../vpc/stack-vpc.js";
import type { PeerVpc } from "./peer-vpc.js";

export interface VpcPeeringArgs {
  /** The stack's VPC. */
  readonly vpc: StackVpc;
  /** The stack's VPC's IPv4 block. */
  readonly cidrBlock: string;
  readonly peer: PeerVpc;
  /** The execute-api endpoint: the only destination of the consumer's hosts, on port 443. */
  readonly endpoint: ServiceEndpoint;
  /** Places that the consumer's hosts must be able to call. */
  readonly reach: readonly Place[];
  /** Places that the hosts must not reach, and places that must not reach the hosts. */
  readonly closed: { readonly to: readonly Place[]; readonly from: readonly Place[] };
}

/**
 * A peering connection with a consumer's VPC, for calls of the private API: requested, accepted and routed on both
 * sides. The connection is free; each gigabyte costs $0.01 each way to another zone, or the price between Regions.
 *
 * Peering carries IPv4 here, and is not transitive: the consumer's hosts reach neither NAT nor gateway endpoints.
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
export class VpcPeering extends pulumi.ComponentResource {
  readonly connectionId: pulumi.Output<string>;
  /** The endpoint's rule for the consumer's hosts. */
  readonly ingressRule: pulumi.Resource | undefined;

  constructor(
    private readonly name: string,
    args: VpcPeeringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:network:VpcPeering", name, {}, opts);
    const connection = this.connect(args);
    this.connectionId = connection.id;
    const accepted = this.accept(args, connection);
    this.resolveNames(args, accepted);
    this.route(args, accepted);
    this.ingressRule = args.endpoint.allow({ name, cidrBlock: args.peer.cidrBlock });
    this.registerOutputs({
      connectionId: this.connectionId,
      intents: peeringIntents(name, args),
    });
  }

  private connect({ vpc, peer }: VpcPeeringArgs): aws.ec2.VpcPeeringConnection {
    const { isOtherAccount, isOtherRegion } = peer;
    return new aws.ec2.VpcPeeringConnection(
      this.name,
      {
        vpcId: vpc.vpcId,
        peerVpcId: peer.vpcId,
        peerOwnerId: isOtherAccount ? peer.accountId : undefined,
        // AWS accepts a connection at once only in one Region and account.
        peerRegion: isOtherRegion ? peer.region : undefined,
        autoAccept: isOtherAccount || isOtherRegion ? undefined : true,
      },
      { parent: this },
    );
  }

  /** Accepts the connection, and returns its id for resources that need an accepted connection. */
  private accept({ peer }: VpcPeeringArgs, connection: aws.ec2.VpcPeeringConnection): pulumi.Output<string> {
    if (!peer.isOtherAccount && !peer.isOtherRegion) return connection.id;
    const accepter = new aws.ec2.VpcPeeringConnectionAccepter(
      this.name,
      { vpcPeeringConnectionId: connection.id, autoAccept: true },
      peer.options(this),
    );
    return accepter.id;
  }

  /**
   * Sets each side's DNS option. AWS refuses the option unless both DNS flags of the consumer's VPC are on; without the
   * flags the API's names would not resolve there either.
   * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html
   */
  private resolveNames({ peer }: VpcPeeringArgs, vpcPeeringConnectionId: pulumi.Output<string>): void {
    const side = { allowRemoteVpcDnsResolution: true };
    if (!peer.isOtherAccount && !peer.isOtherRegion) {
      new aws.ec2.PeeringConnectionOptions(
        this.name,
        { vpcPeeringConnectionId, requester: side, accepter: side },
        { parent: this },
      );
      return;
    }
    new aws.ec2.PeeringConnectionOptions(
      `${this.name}-requester`,
      { vpcPeeringConnectionId, requester: side },
      { parent: this },
    );
    new aws.ec2.PeeringConnectionOptions(
      `${this.name}-accepter`,
      { vpcPeeringConnectionId, accepter: side },
      peer.options(this),
    );
  }

  /**
   * Adds routes from the consumer's tables to the stack's VPC, and from the endpoint's subnets to the consumer's VPC.
   */
  private route(
    { vpc, peer, cidrBlock }: VpcPeeringArgs,
    vpcPeeringConnectionId: pulumi.Output<string>,
  ): void {
    for (const { suffix, routeTable } of vpc.privateSubnets) {
      new aws.ec2.Route(
        `${this.name}-private-${suffix}`,
        { routeTableId: routeTable.id, destinationCidrBlock: peer.cidrBlock, vpcPeeringConnectionId },
        { parent: this },
      );
    }
    for (const routeTableId of peer.routeTableIds) {
      new aws.ec2.Route(
        `${this.name}-${routeTableId}`,
        { routeTableId, destinationCidrBlock: cidrBlock, vpcPeeringConnectionId },
        peer.options(this),
      );
    }
  }
}

function peeringIntents(name: string, { vpc, reach, closed }: VpcPeeringArgs): Intent[] {
  const peer: Place = { kind: "peer", name };
  const publicSubnets = vpc.publicSubnets.map((subnet): Place => ({ kind: "subnet", name: subnet.name }));
  return [
    ...reach.map(
      (to): Intent => ({ from: peer, to, port: 443, must: "reach", reason: "the API is shared with it" }),
    ),
    ...[...closed.to, ...publicSubnets].map(
      (to): Intent => ({
        from: peer,
        to,
        port: 443,
        must: "not-reach",
        reason: "only the API is shared with it",
      }),
    ),
    ...closed.from.map(
      (from): Intent => ({
        from,
        to: peer,
        port: 443,
        must: "not-reach",
        reason: "the consumer calls, never the stack",
      }),
    ),
  ];
}
