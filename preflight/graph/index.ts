/** The typed, normalised model of a stack's network. Every proof, forecast and diagram is a function of it. */

export type { Intent, Place, Tier, Via } from "../intents.js";
export type { SourceResource } from "../resources/resource.js";
export { isKnown, isSet, type MaybeUnknown, UNKNOWN, type Unknown } from "../resources/unknown.js";
export { resourcesFromExport } from "../sources/stack-export.js";
export { graphFromResources } from "./build/build.js";
export type * from "./model.js";
export { vpcOfNat } from "./nat-gateways.js";
export { type NatInstance, natInstancesIn, subnetOfInstance } from "./nat-instances.js";
