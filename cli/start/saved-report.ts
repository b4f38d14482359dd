import { isRecord } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { type Report, reportsSchema, SCHEMA_VERSION } from "@lambda-networking/preflight/report";
import { readJson } from "../lib/files.js";

const SAVE_ONE = "Save one with: npm start -- --json FILE";

/**
 * Reads reports that `--json` saved.
 * @throws UserError if the file is no report, or one of another version of the schema
 */
export function readReports(file: string): readonly Report[] {
  const content = readJson(file);
  checkVersion(file, content);
  const { data, error } = reportsSchema.safeParse(content);
  if (error !== undefined) {
    throw new UserError(`${file} is not a report. ${SAVE_ONE}`);
  }
  if (data.reports.length === 0) throw new UserError(`${file} has no report in it. ${SAVE_ONE}`);
  return data.reports;
}

function checkVersion(file: string, content: unknown): void {
  const version = isRecord(content) ? content.schemaVersion : undefined;
  if (typeof version !== "string" || version === SCHEMA_VERSION) return;
  throw new UserError(
    `${file} is a report of schema version ${version}, and this version of the program reads ${SCHEMA_VERSION}. ` +
      "Save it again with this version, from the stack files or the export that it was about.",
  );
}
