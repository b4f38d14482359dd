import type { Graph } from "../../graph/model.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Verdict, Via } from "../verdict/verdict.js";
import type { NetworkInterface, PacketDestination } from "./interfaces.js";

/** The step after the last packet check: the verdict, or more checks such as an endpoint's policy. */
export type Arrival = (trace: TraceBuilder, via: Via) => Verdict;

/** One TCP connection that starts at a network interface. */
export interface Connection {
  readonly graph: Graph;
  readonly source: NetworkInterface;
  readonly target: PacketDestination;
  readonly port: number;
  readonly arrive: Arrival;
}
