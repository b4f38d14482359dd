import type { Key, Node } from "./types.js";
import type { Maybe } from "./unknown.js";

/** A hosted zone of Route 53. */
export interface HostedZone extends Node {
  /** Without the dot at the end, in lower case. */
  readonly name: Maybe<string>;
  /** APIs that the name comes from, while it is not known itself. */
  readonly apis: readonly Key[];
  /** The VPCs whose resolver answers from it; none: a public zone. */
  readonly vpcs: readonly Maybe<Key>[];
}

export interface DnsRecord extends Node {
  readonly zone: Maybe<Key>;
  readonly name: Maybe<string>;
  readonly apis: readonly Key[];
  readonly type: Maybe<string>;
  readonly isAlias: boolean;
  /** The endpoint or the domain name that it leads to; undefined: something else. */
  readonly target: Maybe<Key> | undefined;
}
