import { summaryOf, type UpdatePlan } from "../../update/index.js";
import type { Step } from "../../update/plan.js";
import type { UpdateReport } from "../model.js";

/**
 * What an update replaces, deletes and cuts off, for a report.
 * @param against name of the file that was compared with
 * @param isLetGo whether the configuration lets data go
 */
export function updateReport(plan: UpdatePlan, against: string, isLetGo: boolean): UpdateReport {
  const { counts, removals, cuts, notes, losesData } = summaryOf(plan);
  return {
    against,
    created: counts.create,
    updated: counts.update,
    unchanged: counts.unchanged,
    removals: removals.map(({ step, action, kept, lost }) => ({
      resource: refOf(step),
      action,
      because: step.because,
      ...(kept !== undefined && { kept }),
      lost,
    })),
    cuts: cuts.map(({ step, lost }) => ({ resource: refOf(step), lost })),
    notes,
    losesData,
    isLetGo,
  };
}

function refOf({ urn, type, name, deployed }: Step) {
  return { urn, type, name, ...(deployed?.id !== undefined && deployed.id !== urn && { id: deployed.id }) };
}
