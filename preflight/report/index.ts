/**
 * A report in every format: for a terminal, as Markdown, as a page and as JSON (report.schema.json).
 *
 * ```ts
 * const report = buildReport(graph, { project: "orders", stack: "prod", region: "eu-west-1", source: "deployed" });
 * console.log(terminalReport(report));
 * ```
 */

export { usd } from "../cost/money.js";
export { updateReport } from "./build/update.js";
export { savedFor } from "./difference.js";
export { renderHtml } from "./html/index.js";
export {
  type CallReport,
  type ProofReport,
  publishedSchema,
  type Report,
  reportsSchema,
  SCHEMA_VERSION,
  type UpdateReport,
  type VerdictReport,
} from "./model.js";
export { markdownReport } from "./text/markdown.js";
export { terminalReport, verdictLine } from "./text/terminal.js";
export {
  counted,
  dataLossText,
  destinationText,
  failedProofs,
  hops,
  latePathTexts,
  orderFailure,
  originText,
  proofReason,
  provesNothing,
  quotaText,
  refusalText,
  whole,
} from "./text/wording.js";
