import { addressesOf, isPrivateSet } from "../aws/address-sets.js";
import { type Cidr, contains, formatCidr } from "../aws/cidr.js";
import type { Graph, Key, ResourceRef, Subnet, Vpc } from "../graph/model.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import { groupsIn, type Interface, type Target } from "./ends.js";
import { type Holder, lookupOf } from "./lookup.js";

/**
 * What an address may be. The interfaces of the subnet that have no fixed address may have this one: whichever has
 * it, the verdict must be the same. An address that nothing in the stack can have has groups that are not known.
 */
export function targetsAt(graph: Graph, from: Maybe<Key>, cidr: Cidr): readonly Target[] {
  const vpc = vpcWith(graph, from, cidr);
  const subnet = vpc && lookupOf(graph).subnetWith(vpc.ref.urn, cidr);
  if (subnet === undefined) return [elsewhere(cidr, vpc !== undefined)];
  return interfacesAt(graph, subnet, cidr).map((to) => ({ kind: "interface", to }));
}

export function addressRef(cidr: Cidr): ResourceRef {
  const name = formatCidr(cidr);
  return { urn: `address:${name}`, type: "address", name };
}

function elsewhere(cidr: Cidr, isInVpc: boolean): Target {
  const addresses = addressesOf(cidr);
  const kind = isInVpc || isPrivateSet(addresses) ? "foreign" : "public";
  return { kind, ref: addressRef(cidr), addresses, prefixLists: "unknown" };
}

/** The VPC that has an address, seen from a VPC: that itself, then one peered with it, then any. */
function vpcWith(graph: Graph, from: Maybe<Key>, cidr: Cidr): Vpc | undefined {
  const having = [...graph.vpcs].filter(([, vpc]) =>
    [...vpc.cidrBlocks, ...vpc.ipv6CidrBlocks].some((block) => isKnown(block) && contains(block, cidr)),
  );
  const isPeer = (key: Key) =>
    [...graph.peerings.values()].some(
      ({ requester, accepter }) =>
        (requester === key && accepter === from) || (accepter === key && requester === from),
    );
  const [, vpc] =
    having.find(([key]) => key === from) ?? having.find(([key]) => isPeer(key)) ?? having[0] ?? [];
  return vpc;
}

function interfacesAt(graph: Graph, subnet: Subnet, cidr: Cidr): Interface[] {
  const addresses = addressesOf(cidr);
  const bits = cidr.family === 4 ? 32 : 128;
  if (cidr.prefix < bits)
    return [{ owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress: false }];
  const holders = (lookupOf(graph).holdersInSubnet.get(subnet.ref.urn) ?? []).filter(
    ({ listens }) => listens,
  );
  const owner = holders.find((holder) => holder.addresses.includes(formatCidr(cidr)));
  const candidates = owner === undefined ? holders.filter((holder) => mayHave(holder)) : [owner];
  if (candidates.length === 0) {
    const ref = addressRef(cidr);
    // A key that no graph has: whoever has the address, its groups are not in the stack.
    const groups = [`the network interface with ${ref.name}`];
    return [{ owner: ref, subnet, groups, addresses, publicAddress: false }];
  }
  return candidates.map(({ ref, placement }) => ({
    owner: ref,
    subnet,
    groups: groupsIn(graph, placement, subnet),
    addresses,
    publicAddress: false,
  }));
}

function mayHave({ addresses }: Holder): boolean {
  return addresses.length === 0 || !addresses.every(isKnown);
}
