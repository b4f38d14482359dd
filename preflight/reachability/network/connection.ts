import type { AddressSet } from "../../aws/address-sets.js";
import type { Graph, Key, ResourceRef } from "../../graph/model.js";
import type { MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Verdict, Via } from "../verdict/verdict.js";
import type { NetworkInterface, PacketDestination } from "./interfaces.js";

/**
 * The step after the last packet check: the verdict, or more checks such as an endpoint's policy.
 *
 * @param at the interface that the packet has reached, if the stack has it
 * @param publicSource the public addresses that the packets come from, if they left the VPC for the internet
 */
export type Arrival = (
  trace: TraceBuilder,
  via: Via,
  at?: NetworkInterface,
  publicSource?: AddressSet,
) => Verdict;

/** The other end of a connection, in the terms of security group rules. */
export interface Peer {
  /** The resource that owns the other end's network interface, if the packets come straight from it. */
  readonly owner?: ResourceRef;
  readonly addresses: AddressSet;
  /** The groups of the other end's network interface. */
  readonly groups: readonly MaybeUnknown<Key>[];
  /** The AWS-managed prefix lists that cover the other end; `unknown` if any of them may. */
  readonly prefixLists: readonly Key[] | "unknown";
  readonly label: string;
}

/** One TCP connection that starts at a network interface. */
export interface Connection {
  readonly graph: Graph;
  readonly source: NetworkInterface;
  readonly target: PacketDestination;
  readonly port: number;
  readonly arrive: Arrival;
  /** Whom the target sees as the sender, if not the source: a load balancer may keep its client's address. */
  readonly seenAs?: Peer;
  /** NAT gateways and instances that have forwarded the packets; the last one is the source. */
  readonly through?: readonly ResourceRef[];
}

/** Forwards packets that a device has taken in: the network ACL of its subnet, then the routes. */
export type Onward = (trace: TraceBuilder, connection: Connection) => Verdict;
