import type { Graph, LoadBalancer } from "../../graph/model.js";
import type { Arrival, Peer } from "../network/connection.js";
import type { NetworkInterface } from "../network/interfaces.js";
import type { Via } from "../verdict/verdict.js";

/** A connection that has arrived at a node of a load balancer. */
export interface Arrived {
  readonly graph: Graph;
  readonly balancer: LoadBalancer;
  /** The interface of the load balancer in one subnet. */
  readonly node: NetworkInterface;
  readonly client: Peer;
  readonly port: number;
  /** How the client's packet got to the node. */
  readonly via: Via;
  /** The step after the packet has arrived at a target, which may be a load balancer itself. */
  readonly next: (sender: Peer, port: number) => Arrival;
}
