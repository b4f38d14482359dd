import { type Mistake, mistake } from "../../lib/validation.js";
import type { RawConfig } from "../raw-config.js";
import { logPipelineSchema } from "../schema/events.js";
import { functionSchema } from "../schema/function.js";

/** What the program sets by itself. */
const OWN_VARIABLES = /^(PARAMETER_|DATABASE_)|^(ALLOW_ORIGIN|NODE_OPTIONS|TZ)$/;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_VARIABLE_BYTES = 4096;
/** What Lambda keeps for functions without a reservation, of all that an account has in a Region. */
const KEPT_UNRESERVED = 100;

/** The producer and the consumer; each has what is reserved for it. */
const PIPELINE_FUNCTIONS = 2;

/**
 * What no single key of `function` can tell, and what all functions of the stack reserve together.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function checkFunction(raw: RawConfig): Mistake[] {
  const { data } = functionSchema.safeParse(raw.function);
  if (data === undefined) return [];
  const { data: pipeline } = logPipelineSchema.safeParse(raw.logPipeline);
  const inPipeline = pipeline ? pipeline.reservedConcurrency : undefined;
  return [...variables(data), ...signing(data), ...concurrency(data, inPipeline)];
}

type Settings = NonNullable<ReturnType<typeof functionSchema.safeParse>["data"]>;

function variables({ environment }: Settings): Mistake[] {
  const own = Object.entries(environment)
    .filter(([name]) => OWN_VARIABLES.test(name))
    .map(([name, value]) =>
      mistake(`function.environment.${name}`, value, "The program or Lambda sets it. Choose another name."),
    );
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= MOST_VARIABLE_BYTES) return own;
  const mend = `All variables together hold ${MOST_VARIABLE_BYTES} bytes. Put texts of this size into parameters.`;
  return [...own, mistake("function.environment", `${bytes} bytes`, mend)];
}

function signing({ codeSigning, codeBucket }: Settings): Mistake[] {
  if (codeSigning === false || codeBucket) return [];
  const mend = "AWS Signer signs what lies in a bucket. Set function.codeBucket: true as well.";
  return [mistake("function.codeSigning", codeSigning, mend)];
}

function concurrency(settings: Settings, inPipeline: number | undefined): Mistake[] {
  const { provisionedConcurrency: provisioned, reservedConcurrency: reserved, accountConcurrency } = settings;
  const found: Mistake[] = [];
  if (provisioned !== undefined && reserved !== undefined && provisioned > reserved) {
    const mend = `Only ${reserved} environments are reserved. Write at most that, or a larger function.reservedConcurrency.`;
    found.push(mistake("function.provisionedConcurrency", provisioned, mend));
  }
  const sum = (reserved ?? 0) + PIPELINE_FUNCTIONS * (inPipeline ?? 0);
  const most = accountConcurrency - KEPT_UNRESERVED;
  if (sum > most) {
    const key = reserved === undefined ? "logPipeline.reservedConcurrency" : "function.reservedConcurrency";
    const twice = `logPipeline.reservedConcurrency (${inPipeline}) is for each of two functions, so ${sum} are asked for. `;
    const mend = `${inPipeline === undefined ? "" : twice}Of the account's ${accountConcurrency} Lambda keeps ${KEPT_UNRESERVED} unreserved, so ${most} are left. Reserve less or, with a larger quota, write it as function.accountConcurrency.`;
    found.push(mistake(key, reserved ?? inPipeline, mend));
  }
  return found;
}
