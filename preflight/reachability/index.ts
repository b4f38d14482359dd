/** Proves what a stack's network lets through, before it is deployed: one function answers every question. */
export type { NameKind } from "./api-callers.js";
export { parsePlace } from "./places/parse-place.js";
export { labelOf } from "./sources.js";
export { type Proof, proveIntents } from "./trace/prove.js";
export { trace } from "./trace.js";
export { traceByName } from "./trace-by-name.js";
export { CODES, type Code, type CodeEntry } from "./verdict/explanation-codes.js";
export type { Blocked, Carrier, Hop, Reachable, Stop, Undecided, Verdict } from "./verdict/verdict.js";
