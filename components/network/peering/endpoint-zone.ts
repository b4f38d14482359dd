import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceEndpoint } from "../endpoints/service-endpoint.js";
import type { PeerVpc } from "./peer-vpc.js";

interface EndpointZoneArgs {
  /** The only name in the zone: `api.example.com`. */
  readonly domainName: pulumi.Input<string>;
  /** The stack's own VPC. */
  readonly vpcId: pulumi.Input<string>;
  readonly endpoint: ServiceEndpoint;
  /** Consumers' VPCs in which the name also resolves. */
  readonly peers: readonly PeerVpc[];
  readonly parent: pulumi.Resource;
}

/**
 * Creates a private hosted zone for one name, with alias records to an interface endpoint. The zone hides no other
 * name. $0.50 a month; queries of alias records to an endpoint are free.
 *
 * A consumer's VPC needs both DNS flags on. There is no AAAA record because the endpoint has IPv4 addresses only.
 * @returns all that the name needs to resolve in the VPCs
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
 */
export function createEndpointZone(name: string, args: EndpointZoneArgs): readonly pulumi.Resource[] {
  const { domainName, endpoint, peers, parent } = args;
  const zone = new aws.route53.Zone(
    name,
    {
      name: domainName,
      // Route 53 requires a VPC for a private zone. The stack's VPC does no harm: the name means the same there.
      vpcs: [{ vpcId: args.vpcId }],
      comment: pulumi.all([domainName, args.vpcId]).apply(([name, vpcId]) => comment(name, vpcId)),
    },
    {
      parent,
      // The list is for the first VPC only; the associations of peers are separate resources.
      ignoreChanges: ["vpcs"],
      // A replaced VPC needs a new zone because no VPC can be in two zones of the same name.
      replaceOnChanges: ["comment"],
      deleteBeforeReplace: true,
    },
  );
  return [
    createAliasRecord(name, zone.zoneId, domainName, endpoint, parent),
    ...peers.map((peer) => associate(`${name}-${peer.name}`, zone, peer, parent)),
  ];
}

/** A zone's comment has 256 characters, and a domain name may have 253. */
function comment(domainName: string, vpcId: string): string {
  const full = `${domainName} in ${vpcId}`;
  return full.length <= 256 ? full : `${vpcId}: ${domainName}`.slice(0, 256);
}

/** Creates alias records to an interface endpoint in a private hosted zone. */
export function createAliasRecord(
  name: string,
  zoneId: pulumi.Input<string>,
  domainName: pulumi.Input<string>,
  endpoint: ServiceEndpoint,
  parent: pulumi.Resource,
): aws.route53.Record {
  return new aws.route53.Record(
    name,
    {
      zoneId,
      name: domainName,
      type: "A",
      aliases: [{ name: endpoint.dnsName, zoneId: endpoint.dnsZoneId, evaluateTargetHealth: false }],
    },
    { parent },
  );
}

/**
 * Associates a consumer's VPC with the zone. The zone's account authorizes another account's VPC; that account then
 * creates the association.
 * @see
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
 */
function associate(
  name: string,
  zone: aws.route53.Zone,
  peer: PeerVpc,
  parent: pulumi.Resource,
): aws.route53.ZoneAssociation {
  const at = { zoneId: zone.zoneId, vpcId: peer.vpcId, vpcRegion: peer.region };
  if (!peer.isOtherAccount) {
    return new aws.route53.ZoneAssociation(name, at, { parent });
  }
  const permission = new aws.route53.VpcAssociationAuthorization(name, at, { parent });
  return new aws.route53.ZoneAssociation(name, at, { ...peer.options(parent), dependsOn: [permission] });
}
