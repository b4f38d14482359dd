import type { Graph } from "../../graph/index.js";
import { quotasOf } from "../../quotas/index.js";
import type { QuotaReport } from "../model.js";

/** Quotas section of the report: what the stack uses of AWS's limits on numbers and sizes. */
export function quotaReports(graph: Graph): QuotaReport[] {
  return quotasOf(graph).map(({ what, of, used, limit, most, adjustable, state, page }) => ({
    what,
    ...(of !== undefined && { of }),
    used,
    limit,
    adjustable,
    ...(most !== undefined && { most }),
    state,
    page,
  }));
}
