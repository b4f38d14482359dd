import { boolean, groupBy, inputValue, oneOf, records, requiredText, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type {
  EgressOnlyInternetGateway,
  ElasticAddress,
  Home,
  InternetGateway,
  Key,
  NatGateway,
  TransitGatewayAttachment,
  VpcPeering,
} from "../../model.js";
import type { Context } from "../context.js";
import { isElsewhere } from "../homes.js";
import { KINDS, refOf } from "../references.js";

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
export function buildInternetGateways({ ofKind, ofType, references }: Context): Map<Key, InternetGateway> {
  const attached = new Map<MaybeUnknown<Key>, MaybeUnknown<Key>>();
  for (const resource of ofType("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment")) {
    const { internetGatewayId, vpcId } = resource.properties;
    attached.set(
      references.needed(resource, "internetGatewayId", internetGatewayId, KINDS.internetGateway),
      references.needed(resource, "vpcId", vpcId, KINDS.vpc),
    );
  }
  return new Map(
    ofKind(KINDS.internetGateway).map((resource) => [
      resource.urn,
      {
        ref: refOf(resource),
        vpc:
          attached.get(resource.urn) ??
          references.one(resource, "vpcId", inputValue(resource, "vpcId"), KINDS.vpc) ??
          (attached.has(UNKNOWN) ? UNKNOWN : undefined),
      },
    ]),
  );
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
export function buildEgressOnlyInternetGateways(context: Context): Map<Key, EgressOnlyInternetGateway> {
  return new Map(
    context.ofKind(KINDS.egressOnlyInternetGateway).map((resource) => [
      resource.urn,
      {
        ref: refOf(resource),
        vpc: context.references.needed(resource, "vpcId", resource.properties.vpcId, KINDS.vpc),
      },
    ]),
  );
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
export function buildNatGateways(
  { ofKind, references }: Context,
  elastic: ReadonlyMap<Key, ElasticAddress>,
): Map<Key, NatGateway> {
  return new Map(
    ofKind(KINDS.natGateway).map((resource) => {
      const { properties } = resource;
      const regional = inputValue(resource, "availabilityMode") === "regional";
      const allocation = references.one(
        resource,
        "allocationId",
        inputValue(resource, "allocationId"),
        KINDS.address,
      );
      const zones = records(inputValue(resource, "availabilityZoneAddresses")).map((zone) =>
        isKnown(zone) ? requiredText(zone.availabilityZone ?? zone.availabilityZoneId) : UNKNOWN,
      );
      const node: NatGateway = {
        ref: refOf(resource),
        availabilityMode: regional ? "regional" : "zonal",
        connectivity: oneOf(inputValue(resource, "connectivityType"), ["public", "private"]) ?? "public",
        subnet: regional
          ? undefined
          : references.needed(resource, "subnetId", properties.subnetId, KINDS.subnet),
        vpc: regional ? references.needed(resource, "vpcId", properties.vpcId, KINDS.vpc) : undefined,
        allocation,
        privateAddress: text(properties.privateIp),
        publicAddresses: publicAddressesOf(resource, elastic),
        zones: regional && zones.length > 0 ? zones : undefined,
      };
      return [resource.urn, node];
    }),
  );
}

function publicAddressesOf(
  { urn, properties }: SourceResource,
  elastic: ReadonlyMap<Key, ElasticAddress>,
): MaybeUnknown<string>[] {
  const held = [...elastic.values()].filter(({ holder }) => holder === urn).map(({ address }) => address);
  const regional = records(properties.regionalNatGatewayAddresses).map((each) =>
    isKnown(each) ? each.publicIp : UNKNOWN,
  );
  const own = [properties.publicIp, ...regional].map(text).filter((address) => isSet(address));
  return own.length > 0 ? [...new Set([...own, ...held.filter(isKnown)])] : held;
}

/** https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html */
export function buildTransitGatewayAttachments({
  ofKind,
  references,
}: Context): Map<Key, TransitGatewayAttachment> {
  return new Map(
    ofKind(KINDS.transitGatewayAttachment).map((resource) => {
      const { vpcId, transitGatewayId } = resource.properties;
      const node: TransitGatewayAttachment = {
        ref: refOf(resource),
        vpc: references.needed(resource, "vpcId", vpcId, KINDS.vpc),
        transitGateway: references.needed(
          resource,
          "transitGatewayId",
          transitGatewayId,
          KINDS.transitGateway,
        ),
        subnets: references.many(resource, "subnetIds", inputValue(resource, "subnetIds"), KINDS.subnet),
      };
      return [resource.urn, node];
    }),
  );
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html */
export function buildPeerings({ ofKind, ofType, references }: Context): Map<Key, VpcPeering> {
  const sides = (type: string) =>
    groupBy(ofType(type), (resource) =>
      references.needed(
        resource,
        "vpcPeeringConnectionId",
        resource.properties.vpcPeeringConnectionId,
        KINDS.peering,
      ),
    );
  const accepters = sides("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter");
  const options = sides("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions");
  return new Map(
    ofKind(KINDS.peering).map((resource) => {
      const { urn, properties } = resource;
      const accepting = accepters.get(urn) ?? [];
      const carriers = [resource, ...accepting, ...(options.get(urn) ?? [])];
      const own = acceptsItself(resource, references.homeOf(urn)) ? [resource] : [];
      const accepted = [...own, ...accepting].map((side) => boolean(inputValue(side, "autoAccept"), false));
      const dns = (side: "accepter" | "requester") =>
        either(
          carriers.flatMap((carrier) =>
            records(inputValue(carrier, side)).map((record) =>
              isKnown(record) ? boolean(record.allowRemoteVpcDnsResolution, false) : UNKNOWN,
            ),
          ),
        );
      const node: VpcPeering = {
        ref: refOf(resource),
        requester: references.needed(resource, "vpcId", properties.vpcId, KINDS.vpc),
        accepter: references.needed(resource, "peerVpcId", properties.peerVpcId, KINDS.vpc),
        accepted: isOver(resource)
          ? false
          : either([text(inputValue(resource, "acceptStatus")) === "active", ...accepted]),
        accepterDnsResolution: dns("accepter"),
        requesterDnsResolution: dns("requester"),
      };
      return [urn, node];
    }),
  );
}

/**
 * Whether `autoAccept` of the connection itself has an effect, which it has only if both VPCs are in one account and one
 * Region. Otherwise an accepter has to accept it there.
 * https://docs.aws.amazon.com/vpc/latest/peering/accept-vpc-peering-connection.html
 */
function acceptsItself(connection: SourceResource, home: Home): boolean {
  const region = text(inputValue(connection, "peerRegion"));
  const account = text(inputValue(connection, "peerOwnerId"));
  return !isElsewhere(home, {
    ...(isSet(region) && { region }),
    ...(isSet(account) && { account }),
  });
}

/** Whether a connection ended. Then it carries nothing, whoever accepted it before. */
function isOver(connection: SourceResource): boolean {
  const status = text(inputValue(connection, "acceptStatus"));
  return isSet(status) && ["deleted", "deleting", "expired", "failed", "rejected"].includes(status);
}

function either(flags: readonly MaybeUnknown<boolean>[]): MaybeUnknown<boolean> {
  if (flags.includes(true)) return true;
  return flags.includes(UNKNOWN) ? UNKNOWN : false;
}
