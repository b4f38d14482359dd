/** The cost of a stack and of its alternatives: pure functions of its graph and a usage. */

export type { NatMode } from "../aws/nat-modes.js";
export {
  DEFAULT_USAGE,
  type ParsedUsage,
  parseUsage,
  type ResourceUsage,
  type Usage,
  unknownResources,
} from "../usage/usage.js";
export { type Alternative, alternatives } from "./alternatives.js";
export type { CostLine, CostTotals } from "./charges.js";
export { type NetworkParts, networkFloor, networkParts } from "./floor.js";
export { type CostForecast, forecastCost } from "./forecast.js";
export { type Unused, unusedResources } from "./unused.js";
