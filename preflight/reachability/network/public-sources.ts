import { type AddressSet, PUBLIC } from "../../aws/address-sets.js";
import { formatCidr, parseCidr } from "../../aws/cidr.js";
import type { NatGateway } from "../../graph/model.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import type { NetworkInterface } from "./interfaces.js";

/**
 * The public addresses that an interface's packets to the internet come from. An internet gateway replaces the private
 * IPv4 address by the public one. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 */
export function publicSourceOf({ publicAddresses, addresses, owner }: NetworkInterface): AddressSet {
  if (addresses.family === 6) return addresses;
  return addressSet(publicAddresses ?? [], `the public address of ${owner.name}`);
}

/** The public addresses that packets through a NAT gateway come from. */
export function publicSourceOfNat({ ref, publicAddresses }: NatGateway): AddressSet {
  return addressSet(publicAddresses, `the public address of ${ref.name}`);
}

/** The set of some addresses; any public address if one of them is not known. */
function addressSet(addresses: readonly MaybeUnknown<string>[], label: string): AddressSet {
  const known = addresses.flatMap((address) => (isKnown(address) ? (parseCidr(address) ?? []) : []));
  if (known.length === 0 || known.length < addresses.length) return { ...PUBLIC[4], label };
  return {
    family: 4,
    ranges: known.map(({ first, last }) => ({ first, last })),
    label: `${label} (${known.map(formatCidr).join(", ")})`,
  };
}
