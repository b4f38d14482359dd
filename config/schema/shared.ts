import { formatBlock, parseIpv4Block } from "@lambda-networking/preflight/aws";
import { z } from "zod";

// A field's description and cost are its last call, `.describe(…)` or `.meta({ description, cost })`:
// zod keeps them for the instance only. `npm run generate` makes the reference and the editors' schema of them.
//
// Each schema's message is the fix: what to write instead. The key and the value come from the place
// in the input where the mistake was found.

export const oneOf = (values: readonly (string | number)[]) =>
  `Write ${values
    .map((value) => JSON.stringify(value))
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1")}.`;

export const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: oneOf(values) });

export const isWithoutRepetition = (items: readonly string[]) => new Set(items).size === items.length;

export const flag = z.boolean({ error: "Write true or false." });

export const whole = (from: number, to: number, unit: string, source: string) => {
  const error = `Write a whole number of ${unit} from ${from} to ${to} (${source}).`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};

/** What a function has for itself; the sum of a stack's is checked against function.accountConcurrency. */
export const reservedConcurrency = whole(
  0,
  1_000_000,
  "environments",
  "0 stops it; AWS keeps 100 for the account's others",
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const retentionInDays = z.literal(RETENTION_DAYS, { error: oneOf(RETENTION_DAYS) });

const CIDR_EXAMPLE = "Write an IPv4 block such as 10.20.0.0/16.";
export const cidrBlock = z
  .string({ error: CIDR_EXAMPLE })
  .superRefine((text, context) => checkCidr(text, context, CIDR_EXAMPLE));

export function checkCidr(text: string, context: z.core.$RefinementCtx, otherwise: string): void {
  const cidr = parseIpv4Block(text);
  if (cidr === undefined) {
    context.addIssue(otherwise);
    return;
  }
  const right = formatBlock(cidr);
  if (right !== text) context.addIssue(`It is not canonical. Write ${right}.`);
}

export const keyArn = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, {
  error: "Write a key's ARN, such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-… (not an alias's).",
});
