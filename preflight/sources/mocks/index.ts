/**
 * A Pulumi program in memory: its resources without an engine, a network or an account. Needs `@pulumi/pulumi`.
 *
 * ```ts
 * const { resources } = await synthesize(readStackFile("prod"), { program: () => import("./index.js") });
 * const graph = graphFromResources(resources);
 * ```
 */
export type { RecordedResource } from "./recorded-resource.js";
export { hex } from "./resource-types/compute.js";
export { type MockOptions, type Synthesis, type SynthesizeOptions, synthesize } from "./synthesize.js";
