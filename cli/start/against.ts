import { basename } from "node:path";
import { isRecord, type StackFile } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import type { Synthesis } from "@lambda-networking/preflight/mocks";
import { type UpdateReport, updateReport } from "@lambda-networking/preflight/report";
import {
  deployedStack,
  planSinceReport,
  requireSameStack,
  UpdatePlanner,
} from "@lambda-networking/preflight/update";
import { synthesizeProgram } from "../lib/program.js";
import { readReports } from "./saved-report.js";

/** Compares a stack's file with what is deployed of it, or with an earlier report of it. */
export type Against = (file: StackFile, synthesis: Synthesis) => Promise<UpdateReport>;

/**
 * Reads what `pulumi stack export` or `--json` wrote.
 * @param json content of the file
 * @throws UserError if the file is neither, or if it is of another stack than the one to report on
 */
export function readAgainst(path: string, json: unknown, planned: StackFile): Against {
  const name = basename(path);
  if (isRecord(json) && "reports" in json) return sinceReport(path, name, planned);
  if (!isRecord(json) || !("deployment" in json)) {
    throw new UserError(
      `${path} is neither a stack export nor a saved report. Write one with: npx pulumi stack export -s ${planned.stack} --file ${name}`,
    );
  }
  const deployed = deployedStack(json);
  requireSameStack(deployed, planned);
  return async (file, { region }) => {
    const planner = new UpdatePlanner(deployed, region);
    const { accountId } = deployed;
    await synthesizeProgram(file, {
      preview: true,
      deployed: planner,
      ...(accountId !== undefined && { accountId }),
    });
    return updateReport(planner.plan(), name, letsDataGo(file));
  };
}

function sinceReport(path: string, name: string, planned: StackFile): Against {
  const reports = readReports(path);
  const report = reports.find(({ stack }) => stack.name === planned.stack) ?? reports[0];
  if (report === undefined) throw new UserError(`${path} has no report in it.`);
  requireSameStack({ project: report.stack.project, stack: report.stack.name, resources: [] }, planned);
  const { resources } = report;
  if (resources === undefined) {
    throw new UserError(
      `${path} is a report of a deployed stack, which does not hold its resources. Give the export that it was made from.`,
    );
  }
  return async (file, synthesis) => {
    const { project, stack } = file;
    const plan = planSinceReport({ project, stack, resources }, synthesis.resources, synthesis.region);
    return updateReport(plan, name, letsDataGo(file));
  };
}

/** Whether the stack's file lets data go. */
function letsDataGo({ project, config }: StackFile): boolean {
  return config[`${project}:keepData`] === "false";
}
