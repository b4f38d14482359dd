import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InterfaceEndpoint } from "../endpoints/interface-endpoint.js";
import type { PeerVpc } from "./peer-vpc.js";

interface EndpointZoneArgs {
  /** The one name that the zone is for: `api.example.com`. */
  readonly domainName: pulumi.Input<string>;
  /** The stack's own VPC. */
  readonly vpcId: pulumi.Input<string>;
  readonly endpoint: InterfaceEndpoint;
  /** Consumer VPCs that are to know the name too. */
  readonly peers: readonly PeerVpc[];
  readonly parent: pulumi.Resource;
}

/**
 * A private hosted zone for one name, which leads to an interface endpoint: no other name is hidden by it. $0.50 a
 * month; queries of alias records to an endpoint are free.
 *
 * A consumer VPC needs both DNS flags on to use it. The endpoint has IPv4 addresses only, so there is no AAAA.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
 */
export function createEndpointZone(name: string, args: EndpointZoneArgs): aws.route53.Zone {
  const { domainName, endpoint, peers, parent } = args;
  const zone = new aws.route53.Zone(
    name,
    {
      name: domainName,
      // Route 53 makes no private zone without a VPC. The own one is harmless: the name means the same there.
      vpcs: [{ vpcId: args.vpcId }],
      comment: pulumi.interpolate`${domainName} in ${args.vpcId}`,
    },
    {
      parent,
      // The list is of the first VPC only; the associations of peers are resources of their own.
      ignoreChanges: ["vpcs"],
      // A replaced VPC is a new zone, and no VPC can be in two zones of the same name.
      replaceOnChanges: ["comment"],
      deleteBeforeReplace: true,
    },
  );
  createAliasRecord(name, zone.zoneId, domainName, endpoint, parent);
  for (const peer of peers) associate(`${name}-${peer.name}`, zone, peer, parent);
  return zone;
}

/** An alias record to an interface endpoint, in a private hosted zone. */
export function createAliasRecord(
  name: string,
  zoneId: pulumi.Input<string>,
  domainName: pulumi.Input<string>,
  endpoint: InterfaceEndpoint,
  parent: pulumi.Resource,
): void {
  new aws.route53.Record(
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
 * The zone's account allows another account's VPC, and that account makes the association.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
 */
function associate(name: string, zone: aws.route53.Zone, peer: PeerVpc, parent: pulumi.Resource): void {
  const at = { zoneId: zone.zoneId, vpcId: peer.vpcId, vpcRegion: peer.region };
  if (!peer.isOtherAccount) {
    new aws.route53.ZoneAssociation(name, at, { parent });
    return;
  }
  const permission = new aws.route53.VpcAssociationAuthorization(name, at, { parent });
  new aws.route53.ZoneAssociation(name, at, { ...peer.options(parent), dependsOn: [permission] });
}
