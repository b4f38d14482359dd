import { cutsOf, type Loss, lossesOf } from "./losses.js";
import type { Action, Step, UpdatePlan } from "./plan.js";
import { isTabled } from "./replacement-rules.js";

/** A step that replaces or deletes, with what is lost by it. */
export interface Removal {
  readonly step: Step;
  readonly action: "replace" | "may-replace" | "delete";
  /** `retained`: AWS keeps the old resource. `protected`: the engine refuses the update. */
  readonly kept?: "retained" | "protected";
  readonly lost: readonly Loss[];
}

/** What an update replaces, deletes and cuts off. */
export interface UpdateSummary {
  readonly counts: Readonly<Record<Action, number>>;
  readonly removals: readonly Removal[];
  /** What updates in place cut off. */
  readonly cuts: readonly { readonly step: Step; readonly lost: readonly Loss[] }[];
  readonly notes: readonly string[];
  /** Whether data is lost that nothing keeps. */
  readonly losesData: boolean;
}

/** Sums a plan up, replacements first. Pure. */
export function summaryOf({ steps, notes }: UpdatePlan): UpdateSummary {
  const counts = { create: 0, unchanged: 0, update: 0, replace: 0, "may-replace": 0, delete: 0 };
  for (const { action } of steps) counts[action] += 1;
  const removals = ORDER.flatMap((action) =>
    steps.filter((step) => step.action === action).map((step) => removalOf(step, action)),
  );
  const cuts = steps.map((step) => ({ step, lost: cutsOf(step) })).filter(({ lost }) => lost.length > 0);
  const losesData = removals.some(
    ({ kept, lost }) => kept === undefined && lost.some(({ kind }) => kind === "data"),
  );
  return { counts, removals, cuts, notes, losesData };
}

const ORDER = ["replace", "may-replace", "delete"] as const;

function removalOf(step: Step, action: Removal["action"]): Removal {
  const { deployed } = step;
  const kept = step.isProtected ? "protected" : deployed?.isRetained ? "retained" : undefined;
  return { step, action, ...(kept !== undefined && { kept }), lost: lossesOf(step, isTabled) };
}
