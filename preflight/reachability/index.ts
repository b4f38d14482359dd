/** Proves what a stack's network allows before deployment. `trace` answers every question. */
export { tableArn } from "./api/integrations.js";
export type { NameKind } from "./api/names.js";
export { invocationsIn } from "./deliveries/deliver.js";
export type { LoadBalancerRequest } from "./load-balancers/readings.js";
export { decide, type RoutingDecision, type Ruling } from "./load-balancers/rules.js";
export { peerEnd } from "./network/peering.js";
export { tierOf } from "./network/route-tables.js";
export { unexplainedIn } from "./network/unexplained.js";
export { withDeclaredUse } from "./places/declared-use.js";
export { labelOf, parsePlace } from "./places/parse-place.js";
export { type FoundMethod, findMethods, nodesNamed, resourceByArn } from "./places/resolve.js";
export { type OpenMethod, openMethods } from "./trace/open-methods.js";
export { type Proof, proveIntents } from "./trace/prove.js";
export { settingsFor } from "./trace/settings.js";
export { trace, traceByName, traceEach } from "./trace/trace.js";
export { unusedInterfaceEndpoints, unusedNat } from "./trace/unused.js";
export { CODES, type Code, type CodeEntry } from "./verdict/explanation-codes.js";
export type { Blocked, Explanation, Hop, Reachable, Undecided, Verdict, Via } from "./verdict/verdict.js";
