import type { ResourceRef } from "../../graph/model.js";
import type { Code } from "./explanation-codes.js";

/** One thing that a packet passes, with what let it through. */
export interface Hop {
  readonly at: ResourceRef;
  /** The rule, route or policy of its own that let the packet through, when that is a resource. */
  readonly by?: ResourceRef;
  /** In words: `egress rule allows tcp 443 to 10.20.0.0/20`. */
  readonly text: string;
}

/** What carried the packet to its destination. */
export type Carrier =
  | "local"
  | "interface-endpoint"
  | "gateway-endpoint"
  | "nat"
  | "internet-gateway"
  | "egress-only-internet-gateway"
  | "peering"
  /** From outside any VPC, over AWS's own network or the internet. */
  | "public-network";

export interface Reachable {
  readonly status: "reachable";
  readonly path: readonly Hop[];
  readonly via: Carrier;
  /** How to call it, when that is not by the public name, e.g. by the endpoint's own name with a Host header. */
  readonly name?: string;
  /** An endpoint of the VPC that the packet could have taken, with what keeps it from it. */
  readonly passedOver?: Stop;
}

/** The one thing that is in the way. */
export interface Stop {
  readonly at: ResourceRef;
  readonly code: Code;
  /** What happened, in one sentence. */
  readonly why: string;
  /** What to change, in one sentence. */
  readonly mend: string;
  /** The rule or policy that says no, when that is a resource. */
  readonly by?: ResourceRef;
}

export interface Blocked extends Stop {
  readonly status: "blocked";
  readonly path: readonly Hop[];
}

export interface Undecided {
  readonly status: "unknown";
  readonly missing: readonly ResourceRef[];
  readonly why: string;
  readonly path: readonly Hop[];
}

export type Verdict = Reachable | Blocked | Undecided;
