import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import type { RawConfig } from "../raw-config.js";
import type { Settings } from "../schema/index.js";
import { valid } from "./valid.js";

/** Variables that the program or Lambda sets. */
const OWN_VARIABLES = /^(PARAMETER_|DATABASE_)|^(ALLOW_ORIGIN|NODE_OPTIONS|TZ)$/;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_VARIABLE_BYTES = 4096;
/** Concurrency of an account in a Region that Lambda keeps for functions without a reservation. */
const KEPT_UNRESERVED = 100;

/** The producer and the consumer, each with its own reservation. */
const PIPELINE_FUNCTIONS = 2;

/**
 * Checks across the keys of `function`, and of the concurrency that all functions of the stack reserve together.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function checkFunction(raw: RawConfig): ConfigIssue[] {
  const settings = valid(raw, "function");
  if (settings === undefined) return [];
  const pipeline = valid(raw, "logPipeline");
  const inPipeline = pipeline ? pipeline.reservedConcurrency : undefined;
  return [...variables(settings), ...signing(settings), ...concurrency(settings, inPipeline)];
}

type FunctionSettings = Settings["function"];

function variables({ environment }: FunctionSettings): ConfigIssue[] {
  const own = Object.entries(environment)
    .filter(([name]) => OWN_VARIABLES.test(name))
    .map(([name, value]) =>
      issue(`function.environment.${name}`, value, "The program or Lambda sets it. Choose another name."),
    );
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= MOST_VARIABLE_BYTES) return own;
  const fix = `All variables together hold ${MOST_VARIABLE_BYTES} bytes. Put texts of this size into parameters.`;
  return [...own, issue("function.environment", `${bytes} bytes`, fix)];
}

function signing({ codeSigning, codeBucket }: FunctionSettings): ConfigIssue[] {
  if (codeSigning === false || codeBucket) return [];
  const fix = "AWS Signer signs what lies in a bucket. Set function.codeBucket: true as well.";
  return [issue("function.codeSigning", codeSigning, fix)];
}

function concurrency(settings: FunctionSettings, inPipeline: number | undefined): ConfigIssue[] {
  const { provisionedConcurrency: provisioned, reservedConcurrency: reserved, accountConcurrency } = settings;
  const found: ConfigIssue[] = [];
  if (provisioned !== undefined && reserved !== undefined && provisioned > reserved) {
    const fix = `Only ${reserved} environments are reserved. Write at most that, or a larger function.reservedConcurrency.`;
    found.push(issue("function.provisionedConcurrency", provisioned, fix));
  }
  const sum = (reserved ?? 0) + PIPELINE_FUNCTIONS * (inPipeline ?? 0);
  const most = accountConcurrency - KEPT_UNRESERVED;
  if (sum > most) {
    const key = reserved === undefined ? "logPipeline.reservedConcurrency" : "function.reservedConcurrency";
    const twice = `logPipeline.reservedConcurrency (${inPipeline}) is for each of two functions, so ${sum} are asked for. `;
    const fix = `${inPipeline === undefined ? "" : twice}Of the account's ${accountConcurrency} Lambda keeps ${KEPT_UNRESERVED} unreserved, so ${most} are left. Reserve less or, with a larger quota, write it as function.accountConcurrency.`;
    found.push(issue(key, reserved ?? inPipeline, fix));
  }
  return found;
}
