import { boolean, inputValue, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { ElasticAddress, Key, ManagedResource } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS } from "../references.js";
import { primaryInterfaceOf } from "./elastic-addresses.js";

type PublicAddress = Pick<ManagedResource, "publicAddress" | "publicAddresses">;

const NONE: PublicAddress = { publicAddress: false, publicAddresses: [] };

/**
 * The public IPv4 addresses of a resource. An Elastic IP replaces the address that AWS gives an instance.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html#concepts-public-addresses
 */
export function publicAddressesOf(
  context: Context,
  resource: SourceResource,
  elastic: ReadonlyMap<Key, ElasticAddress>,
): PublicAddress {
  const holder = primaryInterfaceOf(context, resource.urn);
  const held = [...elastic.values()].filter((each) => each.holder === holder);
  if (held.length > 0) return { publicAddress: true, publicAddresses: held.map(({ address }) => address) };
  const own = ownAddress(context, resource);
  if (own.publicAddress !== false || !MAY_HOLD.includes(resource.type)) return own;
  const mayHold = [...elastic.values()].some((each) => each.holder === UNKNOWN);
  return mayHold ? flagged(UNKNOWN) : own;
}

const MAY_HOLD: readonly string[] = [...KINDS.instance.types, ...KINDS.networkInterface.types];

function flagged(publicAddress: MaybeUnknown<boolean>): PublicAddress {
  return publicAddress === false ? NONE : { publicAddress, publicAddresses: [UNKNOWN] };
}

function ownAddress(context: Context, resource: SourceResource): PublicAddress {
  const { type, properties } = resource;
  if (type === "aws:rds/cluster:Cluster") return flagged(hasPublicInstance(context, resource));
  if (type.includes("loadBalancer")) {
    const internal = boolean(inputValue(resource, "internal"), false);
    return flagged(isKnown(internal) ? !internal : UNKNOWN);
  }
  const given = text(properties.publicIp);
  if (given !== undefined && isKnown(given)) return { publicAddress: true, publicAddresses: [given] };
  const wanted =
    inputValue(resource, "associatePublicIpAddress") ?? inputValue(resource, "publiclyAccessible");
  if (wanted !== undefined) return flagged(boolean(wanted, false));
  const isDeployed = properties.publicIp === "";
  return KINDS.instance.types.some((each) => each === type) && !isDeployed
    ? flagged(mapsPublicAddresses(context, resource))
    : NONE;
}

/** The subnet decides if the instance does not. A network interface that the instance brings gets no address. */
function mapsPublicAddresses(
  { references, resources }: Context,
  instance: SourceResource,
): MaybeUnknown<boolean> {
  const brings = ["networkInterfaces", "primaryNetworkInterface"].flatMap((property) =>
    records(inputValue(instance, property)),
  );
  if (brings.length > 0) return false;
  const key = references.one(instance, "subnetId", inputValue(instance, "subnetId"), KINDS.subnet);
  const subnet = key !== undefined && isKnown(key) ? resources.get(key) : undefined;
  if (subnet === undefined) return UNKNOWN;
  return boolean(inputValue(subnet, "mapPublicIpOnLaunch"), subnet.type.includes("default"));
}

/**
 * Whether a database cluster has a public address. Each of its instances sets that for itself.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
function hasPublicInstance({ ofType, references }: Context, cluster: SourceResource): MaybeUnknown<boolean> {
  const flags = ofType("aws:rds/clusterInstance:ClusterInstance").flatMap((instance) => {
    const { clusterIdentifier } = instance.properties;
    const owner = references.needed(instance, "clusterIdentifier", clusterIdentifier, KINDS.cluster);
    const mayBeOwn = owner === cluster.urn || owner === UNKNOWN;
    return mayBeOwn ? [boolean(inputValue(instance, "publiclyAccessible"), false)] : [];
  });
  return flags.includes(true) || (flags.includes(UNKNOWN) ? UNKNOWN : false);
}
