import { DEFAULT_USAGE, type Usage } from "../../cost/index.js";
import { coverageOf } from "../../graph/coverage.js";
import type { Graph } from "../../graph/index.js";
import type { PinnedIntent } from "../../intents.js";
import { permissionReport } from "../../least-privilege/report.js";
import { assumedOf, openMethods, proveIntents, unexplainedIn } from "../../reachability/index.js";
import { INTENTS_FILE } from "../../sources/intents-file.js";
import {
  type CallReport,
  type FingerprintReport,
  type Report,
  SCHEMA_VERSION,
  type StackSummary,
  type UpdateReport,
} from "../model.js";
import { capacityReport } from "./capacity.js";
import { costReport } from "./cost.js";
import { orderReport } from "./order.js";
import { proofReports } from "./proofs.js";
import { quotaReports } from "./quotas.js";
import { redact } from "./redact.js";
import { stackSummary } from "./summary.js";
import { topologyOf } from "./topology/index.js";

export interface PreflightArgs {
  readonly project: string;
  readonly stack: string;
  /** Undefined: not known. */
  readonly region: string | undefined;
  readonly source: StackSummary["source"];
  /** Traffic for the forecasts. */
  readonly usage?: Usage;
  /** The intents that `intents.yaml` pins for the stack. Undefined: there is no such file. */
  readonly pins?: readonly PinnedIntent[];
  /** Answer of the API in memory. */
  readonly call?: CallReport;
  /** What the update of a deployed stack would do. */
  readonly update?: UpdateReport;
  /** The program's resources, which a later run compares with. */
  readonly resources?: readonly FingerprintReport[];
}

/** Report of a stack, made from its graph alone. Pure: the same graph gives the same report. */
export function buildReport(graph: Graph, args: PreflightArgs): Report {
  const { project, stack, region, source, usage = DEFAULT_USAGE, pins, call, update, resources } = args;
  const coverage = coverageOf(graph);
  const proofs = proveIntents(graph, pins);
  const report: Report = {
    schemaVersion: SCHEMA_VERSION,
    stack: {
      project,
      name: stack,
      region: region ?? "Region not known",
      source,
      summary: stackSummary(graph),
      resources: coverage.resources,
    },
    proofs: proofReports(graph, proofs),
    order: orderReport(graph, proofs),
    ...(pins !== undefined && { pins: { file: INTENTS_FILE, count: pins.length } }),
    coverage,
    assumed: assumedOf(
      graph,
      proofs.map(({ intent }) => intent),
    ),
    byHand: unexplainedIn(graph),
    open: openMethods(graph, pins),
    permissions: permissionReport(graph),
    cost: costReport(graph, usage, region, proofs),
    capacity: capacityReport(graph, usage),
    quotas: quotaReports(graph),
    ...(call !== undefined && { call }),
    topology: topologyOf(graph),
    ...(update !== undefined && { update }),
    ...(resources !== undefined && { resources }),
  };
  return { ...redact(report, graph), schemaVersion: SCHEMA_VERSION };
}
