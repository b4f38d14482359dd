import { inputValue, integer, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { ElasticAddress, Key } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";

/**
 * Elastic IPs with what holds each: an instance, a network interface, a NAT gateway or a load balancer. The address
 * itself, an association or the holder says so.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
 */
export function buildElasticAddresses(context: Context): Map<Key, ElasticAddress> {
  const holders = holdersOf(context);
  return new Map(
    context.ofKind(KINDS.address).map((resource) => [
      resource.urn,
      {
        ref: refOf(resource),
        address: text(resource.properties.publicIp) ?? UNKNOWN,
        holder: holders.get(resource.urn) ?? ownHolder(context, resource),
      },
    ]),
  );
}

function holdersOf(context: Context): Map<Key, MaybeUnknown<Key>> {
  const { ofKind, ofType, references } = context;
  const holders = new Map<Key, MaybeUnknown<Key>>();
  const hold = (holder: MaybeUnknown<Key>, addresses: readonly (MaybeUnknown<Key> | undefined)[]) => {
    for (const address of addresses) if (isSet(address)) holders.set(address, holder);
  };
  for (const resource of ofType("aws:ec2/eipAssociation:EipAssociation")) {
    const { allocationId, publicIp } = resource.properties;
    const allocation = references.one(resource, "allocationId", allocationId, KINDS.address);
    const byText = ofKind(KINDS.address).find(
      ({ properties }) => isSet(text(publicIp)) && properties.publicIp === publicIp,
    );
    hold(holderIn(context, resource, "instanceId", "networkInterfaceId") ?? UNKNOWN, [
      allocation,
      byText?.urn,
    ]);
  }
  for (const resource of ofKind(KINDS.natGateway)) {
    const read = (property: string) => inputValue(resource, property);
    hold(resource.urn, [
      references.one(resource, "allocationId", read("allocationId"), KINDS.address),
      ...references.many(resource, "secondaryAllocationIds", read("secondaryAllocationIds"), KINDS.address),
      ...records(read("availabilityZoneAddresses")).flatMap((zone) =>
        isKnown(zone)
          ? references.many(resource, "availabilityZoneAddresses", zone.allocationIds, KINDS.address)
          : [],
      ),
    ]);
  }
  for (const resource of ofKind(KINDS.loadBalancer)) {
    for (const mapping of records(inputValue(resource, "subnetMappings"))) {
      if (!isKnown(mapping)) continue;
      hold(resource.urn, [references.one(resource, "subnetMappings", mapping.allocationId, KINDS.address)]);
    }
  }
  return holders;
}

function ownHolder(context: Context, resource: SourceResource): MaybeUnknown<Key> | undefined {
  return holderIn(context, resource, "instance", "networkInterface");
}

function holderIn(
  context: Context,
  resource: SourceResource,
  instance: string,
  networkInterface: string,
): MaybeUnknown<Key> | undefined {
  const { references } = context;
  const owner =
    references.one(resource, instance, inputValue(resource, instance), KINDS.instance) ??
    references.one(
      resource,
      networkInterface,
      inputValue(resource, networkInterface),
      KINDS.networkInterface,
    );
  return isSet(owner) ? primaryInterfaceOf(context, owner) : owner;
}

/**
 * The network interface that is an instance's first one, if it is a resource of its own; else the instance. Both have
 * the same addresses and groups. Any other resource is returned unchanged.
 */
export function primaryInterfaceOf(context: Context, key: Key): Key {
  const instance = context.resources.get(key);
  if (instance === undefined || !context.ofKind(KINDS.instance).includes(instance)) return key;
  const [primary] = records(inputValue(instance, "primaryNetworkInterface"));
  const first = records(inputValue(instance, "networkInterfaces")).find(
    (each) => isKnown(each) && (integer(each.deviceIndex) ?? 0) === 0,
  );
  const given: readonly (readonly [string, unknown])[] = [
    ["primaryNetworkInterface", isSet(primary) ? primary.networkInterfaceId : undefined],
    ["networkInterfaces", isSet(first) ? first.networkInterfaceId : undefined],
    ["primaryNetworkInterfaceId", instance.properties.primaryNetworkInterfaceId],
  ];
  for (const [property, id] of given) {
    const found = context.references.one(instance, property, id, { types: [NETWORK_INTERFACE] });
    if (isSet(found) && context.resources.get(found)?.type === NETWORK_INTERFACE) return found;
  }
  return key;
}

const NETWORK_INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
