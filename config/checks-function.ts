import { type Mistake, mistake } from "./mistakes.js";
import { functionSchema } from "./schema/function.js";

/** What the program sets by itself. */
const OWN_VARIABLES = /^(PARAMETER_|DATABASE_)|^(ALLOW_ORIGIN|NODE_OPTIONS|TZ)$/;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_VARIABLE_BYTES = 4096;
/** What Lambda keeps for functions without a reservation, of all that an account has in a Region. */
const KEPT_UNRESERVED = 100;

/**
 * What no single key of `function` can tell.
 * @param others what other functions of the stack have reserved, by the key that says so
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function checkFunction(raw: unknown, others: Readonly<Record<string, number>> = {}): Mistake[] {
  const { data } = functionSchema.safeParse(raw);
  if (data === undefined) return [];
  return [...variables(data), ...signing(data), ...concurrency(data, others)];
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

function concurrency(settings: Settings, others: Readonly<Record<string, number>>): Mistake[] {
  const { provisionedConcurrency: provisioned, reservedConcurrency: reserved, accountConcurrency } = settings;
  const found: Mistake[] = [];
  if (provisioned !== undefined && reserved !== undefined && provisioned > reserved) {
    const mend = `Only ${reserved} environments are reserved. Write at most that, or a larger function.reservedConcurrency.`;
    found.push(mistake("function.provisionedConcurrency", provisioned, mend));
  }
  const all = { ...(reserved !== undefined && { "function.reservedConcurrency": reserved }), ...others };
  const sum = Object.values(all).reduce((total, one) => total + one, 0);
  const most = accountConcurrency - KEPT_UNRESERVED;
  const [first] = Object.entries(all).sort(([, a], [, b]) => b - a);
  if (first !== undefined && sum > most) {
    const parts = Object.entries(all).map(([key, value]) => `${key} ${value}`);
    const together = parts.length > 1 ? `Together ${sum} are reserved (${parts.join(", ")}). ` : "";
    const mend = `${together}Of the account's ${accountConcurrency} Lambda keeps ${KEPT_UNRESERVED} unreserved, so ${most} are left. Reserve less or, with a larger quota, write it as function.accountConcurrency.`;
    found.push(mistake(first[0], first[1], mend));
  }
  return found;
}
