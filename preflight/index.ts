/**
 * What can be said about a stack's network before it is deployed. Every question takes a {@link Graph}, which is built
 * from the resources of any source: the mocks (`./mocks`), a policy pack (`./policy`) or a stack export.
 *
 * ```ts
 * const graph = graphFromResources(resourcesFromExport(JSON.parse(readFileSync("export.json", "utf8"))));
 * const verdict = trace(graph, parsePlace("fetcher", graph), parsePlace("ssm", graph));
 * ```
 */

export { type PublishedRanges, parsePublishedRanges } from "./aws/published-ranges.js";
export {
  type CapacityForecast,
  type CapacityItem,
  forecastCapacity,
  type SubnetAddresses,
} from "./capacity/index.js";
export {
  type CostForecast,
  DEFAULT_USAGE,
  forecastCost,
  type NetworkParts,
  networkFloor,
  networkParts,
  parseUsage,
  type Usage,
  unknownResources,
} from "./cost/index.js";
export { graphFromResources } from "./graph/build/build.js";
export { type Coverage, coverageOf } from "./graph/coverage.js";
export type * from "./graph/model.js";
export { MODELLED_AREAS, type ModelledArea } from "./graph/modelled-types.js";
export { stackNameOf } from "./graph/stack-name.js";
export {
  authorize,
  type Decision,
  explain,
  namedPolicy,
  type Policies,
  type PolicyDocument,
  parsePolicy,
  principalOf,
  type Request,
} from "./iam/index.js";
export type { Intent, PinnedIntent, Place, Tier } from "./intents.js";
export { permissionReport } from "./least-privilege/report.js";
export { checkOrder, type LatePath, type LateResource, type OrderCheck } from "./order/check-order.js";
export { type Quota, type QuotaState, quotasOf } from "./quotas/index.js";
export {
  type Blocked,
  CODES,
  type Code,
  type CodeEntry,
  decide,
  type LoadBalancerRequest,
  labelOf,
  type NameKind,
  type OpenMethod,
  openMethods,
  type Proof,
  parsePlace,
  proveIntents,
  type RoutingDecision,
  type Ruling,
  tierOf,
  trace,
  traceByName,
  type Verdict,
  withDeclaredUse,
} from "./reachability/index.js";
export { orderReport } from "./report/build/order.js";
export { proofReports, verdictReport } from "./report/build/proofs.js";
export { redact } from "./report/build/redact.js";
export { buildReport } from "./report/build/report.js";
export { cleanText } from "./resources/clean-text.js";
export { isRecord, list, type Properties, records } from "./resources/read.js";
export type { SourceResource } from "./resources/resource.js";
export { words } from "./resources/terms.js";
export { isKnown, isSet, type MaybeUnknown, UNKNOWN, type Unknown } from "./resources/unknown.js";
export {
  checkStackNames,
  INTENTS_FILE,
  type PinnedIntents,
  pinsOf,
  readPinnedIntents,
} from "./sources/intents-file.js";
export { resourcesFromExport } from "./sources/stack-export.js";
export { projectName, readStackFile, type StackFile, stackNames } from "./sources/stack-files.js";
export { fileInArchive } from "./sources/wire-values.js";
