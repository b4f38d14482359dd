/** The typed, normalised view of a stack's network that every proof, cost and picture is a function of. */

export type { Intent, Place, Tier, Via } from "../intents.js";
export type { SourceResource } from "../resources/resource.js";
export { isKnown, type Maybe, UNKNOWN, type Unknown } from "../resources/unknown.js";
export { resourcesFromExport } from "../sources/stack-export.js";
export { graphFromResources } from "./build/build.js";
export type * from "./model.js";
