import { z } from "zod";
import { choice, flag, keyArn, whole } from "./shared.js";

const PATH =
  "Write a path such as /messages: letters, digits, _ . - and at most 14 levels, no slash at the end.";
const isParameterPath = (path: string) =>
  /^(\/[A-Za-z0-9_.-]+){1,14}$/.test(path) && path.length <= 900 && !isReserved(path);
const isReserved = (path: string) => /^\/(aws|ssm)/i.test(path);
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const parameterPath = z.string({ error: PATH }).superRefine((path, context) => {
  const withSlash = `/${path.trim()}`;
  if (!path.startsWith("/") && isParameterPath(withSlash)) {
    return context.addIssue(`It does not start with a slash. Write ${withSlash}.`);
  }
  if (isReserved(path)) {
    return context.addIssue(
      "AWS keeps what begins with /aws or /ssm to itself. Write another path, such as /messages.",
    );
  }
  if (!isParameterPath(path)) context.addIssue(PATH);
});

const PARAMETER_NAME = "Name it with letters, digits, _ . and - only.";
/** A standard parameter's value: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
const MOST_BYTES = 4096;
const parameterValues = z.record(
  z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: PARAMETER_NAME }),
  z
    .string({ error: "Write a text." })
    .min(1, { error: "Write a text of at least one character; Parameter Store takes no empty value." })
    .refine((value) => Buffer.byteLength(value) <= MOST_BYTES, {
      error: `Shorten it: a standard parameter holds ${MOST_BYTES} bytes.`,
    }),
  { error: "Write names with their texts, such as {greeting: hello}." },
);

const A_DAY = 86_400;
/** Design: docs/decisions/parameter-cache.md */
const cache = z.strictObject(
  {
    ttlInSeconds: whole(1, A_DAY, "seconds", "up to a day; cache: false for none")
      .default(60)
      .describe("In seconds. A changed parameter is served after this time at the latest."),
    staleIfErrorInSeconds: whole(0, A_DAY, "seconds", "up to a day")
      .default(600)
      .describe(
        "In seconds. If a read fails, how much longer the function answers with its last good copy, marked as stale.",
      ),
    metrics: flag.default(true).meta({
      description: "Hits, misses, stale answers, failures and latency as CloudWatch metrics.",
      cost: "$1.50 a month, and 0.5 KB of log for each read.",
    }),
  },
  { error: "Write false, or a map such as {ttlInSeconds: 60, staleIfErrorInSeconds: 600}." },
);

export const parametersSchema = z.strictObject({
  path: parameterPath
    .optional()
    .describe(
      "The path of the parameters that the function reads. It may read no other. Without it the path is /PROJECT/STACK, so that no two stacks share it. A change replaces the parameters that the stack keeps.",
    ),
  recursive: flag
    .default(false)
    .describe(
      "Whether the function also reads parameters more than one level below the path. If names end with the same segment, see parameters.keys.",
    ),
  keys: choice(["lastSegment", "relative"])
    .default("lastSegment")
    .describe(
      "How the answer names a parameter. lastSegment: host for /messages/db/host; of names with the same last segment the one that is read last is served, and the log tells all of them. relative: db/host.",
    ),
  values: parameterValues.default({}).meta({
    description:
      "Parameters that the stack keeps, by name, of type String. They are readable in the stack's file and state. One that was set with --secret is kept as in secretParameters.",
    cost: "Free.",
  }),
  cache: z
    .union([z.literal(false), cache], {
      error: "Write false, or a map such as {ttlInSeconds: 60, staleIfErrorInSeconds: 600}.",
    })
    .prefault({})
    .describe(
      "Keeps the parameters in the function's memory, and reads them again before they are too old (docs/decisions/parameter-cache.md). With false each request reads, and the whole account may read 40 times a second.",
    ),
  kmsKeyArn: keyArn.optional().meta({
    description:
      "The ARN of the customer managed key of SecureStrings. Without it they have alias/aws/ssm, whose key is free.",
    cost: "$1 a month, and $0.03 per 10,000 decryptions.",
  }),
});

export const secretParametersSchema = parameterValues;
