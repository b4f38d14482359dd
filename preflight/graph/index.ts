/** The typed, normalised view of a stack's network that every proof, cost and picture is a function of. */
export { graphFromResources } from "./build.js";
export { ExportError, resourcesFromExport } from "./export.js";
export type { Intent, Place, Tier, Via } from "./intent.js";
export type { SourceResource } from "./source.js";
export type * from "./types.js";
export { isKnown, type Maybe, UNKNOWN, type Unknown } from "./unknown.js";
