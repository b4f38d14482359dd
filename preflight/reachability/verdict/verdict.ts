import type { ResourceRef } from "../../graph/model.js";
import type { Via as IntendedVia } from "../../intents.js";
import type { Code } from "./explanation-codes.js";

/** A resource on the path of a packet, with the reason why it let the packet through. */
export interface Hop {
  readonly at: ResourceRef;
  /** The rule, route or policy that let the packet through, if that is a resource. */
  readonly by?: ResourceRef;
  /** The reason: `egress rule allows tcp 443 to 10.20.0.0/20`. */
  readonly text: string;
}

/** What carries the packet to its destination: what an intent may ask for, or another way. */
export type Via =
  | IntendedVia
  | "local"
  /** From outside any VPC, over AWS's network or the internet. */
  | "public-network";

export interface Reachable {
  readonly status: "reachable";
  readonly path: readonly Hop[];
  readonly via: Via;
  /** The URL to call if it is not the public name, e.g. the endpoint's own name with a Host header. */
  readonly name?: string;
  /** Why the packet does not take an endpoint of the VPC. */
  readonly passedOver?: Explanation;
  /** The verdict over IPv4, if the packet gets through over IPv6 only. */
  readonly overIpv4?: Blocked | Undecided;
}

/** The reason for a block, and how to remove it. */
export interface Explanation {
  readonly at: ResourceRef;
  readonly code: Code;
  /** What happened, in one sentence. */
  readonly reason: string;
  /** What to change, in one sentence. */
  readonly fix: string;
  /** The rule or policy that refuses, if that is a resource. */
  readonly by?: ResourceRef;
}

export interface Blocked extends Explanation {
  readonly status: "blocked";
  readonly path: readonly Hop[];
}

export interface Undecided {
  readonly status: "unknown";
  readonly missing: readonly ResourceRef[];
  readonly reason: string;
  readonly path: readonly Hop[];
  /** The certain block of one way, if callers may take any of several: a requirement fails on it, a ban does not hold. */
  readonly block?: Blocked;
}

export type Verdict = Reachable | Blocked | Undecided;
