import type { AddressSet } from "../../aws/address-sets.js";
import type { Graph, Key, LambdaFunction, ResourceRef, VpcEndpoint } from "../../graph/model.js";
import type { MaybeUnknown } from "../../resources/unknown.js";
import type { interfaceEndpoints, NameAnswer } from "../dns/private-dns.js";
import type { Arrival } from "../network/connection.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Undecided, Verdict } from "../verdict/verdict.js";

/** A caller of an API in a VPC: how its packets leave and how names resolve for it. */
export interface VpcCaller {
  readonly graph: Graph;
  readonly name: string;
  /** The VPC whose resolver answers. */
  readonly vpc: MaybeUnknown<Key>;
  readonly function: LambdaFunction | undefined;
  /** The source addresses that an endpoint sees. */
  readonly addresses: AddressSet | undefined;
  /** The execute-api endpoints of a Region that packets can get to. An endpoint leads to the APIs of its Region only. */
  endpoints(region: string | undefined): ReturnType<typeof interfaceEndpoints>;
  /** Whether the stack says which endpoints exist. */
  readonly endpointsKnown: boolean;
  /** Resolves the public execute-api names of a Region. */
  resolveName(trace: TraceBuilder, region: string | undefined): NameAnswer | Blocked | Undecided;
  toEndpoint(trace: TraceBuilder, endpoint: VpcEndpoint, arrive: Arrival): Verdict;
  /** Sends to the public addresses of a service or a domain name. */
  toPublic(trace: TraceBuilder, ref: ResourceRef, arrive: Arrival): Verdict;
}
