/** Proves what a stack's network lets through, before it is deployed: one function answers every question. */
export type { NameKind } from "./api-callers.js";
export { CODES, type Code, type CodeEntry } from "./codes.js";
export { PlaceError, parsePlace } from "./parse-place.js";
export { type Proof, proveIntents } from "./prove.js";
export { labelOf } from "./sources.js";
export { trace } from "./trace.js";
export { traceByName } from "./trace-by-name.js";
export type { Blocked, Carrier, Hop, Reachable, Stop, Undecided, Verdict } from "./types.js";
