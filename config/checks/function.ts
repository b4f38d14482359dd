import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { CONSTRAINTS } from "../constraints.js";
import { field, type RawConfig } from "../raw-config.js";
import type { Settings } from "../schema/index.js";
import { entries, type Fields, validFields } from "./valid.js";
import { fetcherVariables, sizeOf, type Variables } from "./variables.js";

/** Variables that the program or Lambda sets. */
const OWN_VARIABLES = /^(PARAMETER_|DATABASE_)|^(ALLOW_ORIGIN|NODE_OPTIONS|TZ)$/;
/** Concurrency of an account in a Region that Lambda keeps for functions without a reservation. */
const KEPT_UNRESERVED = 100;

/** The producer and the consumer, each with its own reservation. */
const PIPELINE_FUNCTIONS = 2;

/**
 * Checks across the keys of `function`, and of the concurrency that all functions of the stack reserve together.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function checkFunction(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const settings = validFields(raw, "function");
  if (settings === undefined) return [];
  const inPipeline = validFields(raw, "logPipeline")?.reservedConcurrency;
  return [
    ...variables(entries(field(raw.function, "environment")), fetcherVariables(raw, region)),
    ...signing(settings),
    ...concurrency(settings, inPipeline),
    ...provisioned(settings, inPipeline),
  ];
}

type FunctionSettings = Fields<Settings["function"]>;

function variables(written: readonly [string, unknown][], program: Variables): ConfigIssue[] {
  const own = written
    .filter(([name]) => OWN_VARIABLES.test(name))
    .map(([name, value]) =>
      issue(
        under("function.environment", name),
        value,
        "The program or Lambda sets it. Choose another name.",
      ),
    );
  const { limit } = CONSTRAINTS.variables.limit;
  const taken = sizeOf(program);
  const texts = written.flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  const bytes = sizeOf({ ...Object.fromEntries(texts), ...program });
  if (bytes <= limit) return own;
  const fix = `Lambda takes ${limit} bytes of names and values together, and the program's own variables have ${taken} of them. Put long texts into parameters.`;
  return [...own, issue("function.environment", `${bytes} bytes with the program's own`, fix)];
}

function signing({ codeSigning, codeBucket }: FunctionSettings): ConfigIssue[] {
  if (!codeSigning || codeBucket !== false) return [];
  const fix = "AWS Signer signs what lies in a bucket. Set function.codeBucket: true as well.";
  return [issue("function.codeSigning", codeSigning, fix)];
}

function concurrency(settings: FunctionSettings, inPipeline: number | undefined): ConfigIssue[] {
  const { reservedConcurrency: reserved, accountConcurrency } = settings;
  const found: ConfigIssue[] = [];
  if (accountConcurrency === undefined) return found;
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

/**
 * Provisioned concurrency is part of the reserved concurrency or, without one, of what the account has unreserved.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
function provisioned(settings: FunctionSettings, inPipeline: number | undefined): ConfigIssue[] {
  const { provisionedConcurrency, reservedConcurrency: reserved, accountConcurrency } = settings;
  const key = "function.provisionedConcurrency";
  if (provisionedConcurrency === undefined || accountConcurrency === undefined) return [];
  if (reserved !== undefined) {
    if (provisionedConcurrency <= reserved) return [];
    const fix = `Only ${reserved} environments are reserved. Write at most that, or a larger function.reservedConcurrency.`;
    return [issue(key, provisionedConcurrency, fix)];
  }
  const others = PIPELINE_FUNCTIONS * (inPipeline ?? 0);
  const most = Math.max(0, accountConcurrency - KEPT_UNRESERVED - others);
  if (provisionedConcurrency <= most) return [];
  const elsewhere = others === 0 ? "" : ` and the event pipeline reserves ${others}`;
  const fix = `Of the account's ${accountConcurrency} Lambda keeps ${KEPT_UNRESERVED} unprovisioned${elsewhere}, so ${most} are left. Write at most that or, with a larger quota, write it as function.accountConcurrency.`;
  return [issue(key, provisionedConcurrency, fix)];
}
