import { type Cidr, contains, parseCidr } from "../../aws/cidr.js";
import type { ElasticAddress, Graph, ManagedResource, NatGateway } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../resources/unknown.js";
import { type TraceBuilder, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Arrival } from "./connection.js";
import { type Inbound, internetToInterface } from "./inbound.js";
import { addressRef, indexOf, interfaceAt, type NetworkInterface, resourceInterfaces } from "./interfaces.js";

/** What a public address of the stack leads to. */
export type PublicOwner =
  | { readonly kind: "interface"; readonly to: NetworkInterface }
  | { readonly kind: "nat-gateway"; readonly nat: NatGateway }
  /** An Elastic IP that no resource of the stack is known to hold. */
  | { readonly kind: "elastic-address"; readonly elastic: ElasticAddress };

/**
 * What the public addresses of a block lead to, as far as the stack has them; none for addresses of the internet. An
 * IPv6 address of a VPC is public by itself.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
 */
export function publicOwners(graph: Graph, block: Cidr): readonly PublicOwner[] {
  if (block.family === 6) {
    return [...graph.vpcs.keys()].flatMap((vpc): PublicOwner[] => {
      const subnet = indexOf(graph).subnetWith(vpc, block);
      return subnet === undefined ? [] : [{ kind: "interface", to: interfaceAt(graph, subnet, block) }];
    });
  }
  const isIn = (address: MaybeUnknown<string>) => {
    const cidr = isKnown(address) ? parseCidr(address) : undefined;
    return cidr !== undefined && contains(block, cidr);
  };
  const holds = (holder: ElasticAddress["holder"]) =>
    isSet(holder) && (graph.managedResources.has(holder) || graph.natGateways.has(holder));
  return [
    ...[...graph.managedResources.values()]
      .filter(({ publicAddresses }) => publicAddresses.some(isIn))
      .flatMap((resource) => interfacesOf(graph, resource)),
    ...[...graph.natGateways.values()]
      .filter(({ publicAddresses }) => publicAddresses.some(isIn))
      .map((nat): PublicOwner => ({ kind: "nat-gateway", nat })),
    ...[...graph.elasticAddresses.values()]
      .filter(({ address, holder }) => isIn(address) && !holds(holder))
      .map((elastic): PublicOwner => ({ kind: "elastic-address", elastic })),
  ];
}

function interfacesOf(graph: Graph, resource: ManagedResource): PublicOwner[] {
  return resourceInterfaces(graph, resource).flatMap((to): PublicOwner[] =>
    "missing" in to ? [] : [{ kind: "interface", to }],
  );
}

/** Delivers packets from outside the VPC to what holds the public address that they are for. */
export function deliverToPublic(
  trace: TraceBuilder,
  graph: Graph,
  owner: PublicOwner,
  port: number,
  arrive: Arrival,
  from: Inbound = {},
): Verdict {
  switch (owner.kind) {
    case "interface":
      return internetToInterface(graph, owner.to, port, arrive, trace, from);
    case "nat-gateway":
      return trace.blocked({
        at: owner.nat.ref,
        code: "NAT_ACCEPTS_NO_CONNECTIONS",
        reason: `the address is that of NAT gateway ${owner.nat.ref.name}, which lets in answers only`,
        fix: "Ask for the address of a resource that accepts connections, such as a load balancer.",
      });
    case "elastic-address": {
      const { ref } = owner.elastic;
      return trace.unknown(ref, `which network interface has Elastic IP ${ref.name} is not in the stack`);
    }
  }
}

/**
 * The verdict on public addresses: on a block, the one that holds for all of them.
 *
 * @param elsewhere the verdict on addresses that the stack does not have
 */
export function reachPublic(
  graph: Graph,
  block: Cidr,
  deliver: (owner: PublicOwner) => Verdict,
  elsewhere: () => Verdict,
): Verdict {
  const owned = publicOwners(graph, block).map(deliver);
  const isOne = block.prefix === (block.family === 4 ? 32 : 128);
  const verdicts = isOne && owned.length > 0 ? owned : [...owned, elsewhere()];
  const ref = addressRef(block);
  const reason = `the public addresses of ${ref.name} lead to different resources`;
  return whichever(verdicts, ref, reason) ?? elsewhere();
}
