/**
 * A stack as a policy pack sees it at preview.
 *
 * ```ts
 * const { graph } = viewStack(args.resources);
 * const broken = proveIntents(graph).filter(({ holds }) => !holds);
 * ```
 */
export { knownProperties } from "../wire-values.js";
export type { EngineResource, WrittenProperties } from "./resources.js";
export { type StackView, viewStack } from "./stack-view.js";
