/**
 * What an update of a stack would replace or delete, and what is lost by it, before `pulumi up`:
 *
 * ```ts
 * const planner = new UpdatePlanner(deployedStack(json), "eu-west-1");
 * await synthesize(readStackFile("prod"), { program, preview: true, deployed: planner });
 * const { removals } = summaryOf(planner.plan());
 * ```
 */
export { type DeployedResource, type DeployedStack, deployedStack } from "./deployed.js";
export { type Fingerprint, fingerprints, planSinceReport } from "./fingerprints.js";
export type { Loss, LossKind } from "./losses.js";
export { type Action, requireSameStack, type Step, type UpdatePlan, UpdatePlanner } from "./plan.js";
export { effectOf, isTabled, TABLED_TYPES } from "./replacement-rules.js";
export { type Removal, summaryOf, type UpdateSummary } from "./summary.js";
