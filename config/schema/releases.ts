import { z } from "zod";
import { RELEASES } from "../../components/function/canary-release.js";
import { choice, flag, isWithoutRepetition, whole } from "./shared.js";

const LAYER =
  "Write at most five layer versions' ARNs, each once, such as arn:aws:lambda:eu-west-1:111122223333:layer:tools:3.";
const VARIABLE = "Name it with letters, digits and _, a letter first; AWS_ and LAMBDA_ belong to Lambda.";
const isVariable = (name: string) => /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !/^(AWS_|LAMBDA_)/.test(name);

/** How the function's code gets to Lambda and to its callers; part of the key `function`. */
export const releaseShape = {
  environment: z
    .record(z.string().refine(isVariable, { error: VARIABLE }), z.string({ error: "Write a text." }), {
      error: "Write names with their texts, such as {LOG_LEVEL: debug}.",
    })
    .default({})
    .describe(
      "More environment variables of the function, 4 KB in total. Put no secrets here, because everybody who may read the function's settings can read them; one that was set with --secret is refused.",
    ),
  layers: z
    .array(
      z.string({ error: LAYER }).regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9-_]+:\d+$/, {
        error: LAYER,
      }),
      { error: LAYER },
    )
    .max(5, { error: LAYER })
    .refine(isWithoutRepetition, { error: LAYER })
    .default([])
    .describe(
      "The ARNs of up to five versions of layers (https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html).",
    ),
  ephemeralStorage: whole(512, 10_240, "megabytes", "Lambda's range")
    .default(512)
    .meta({ description: "The size of /tmp, in megabytes.", cost: "$0.0000000309 a GB-second above 512." }),
  accountConcurrency: whole(
    100,
    1_000_000,
    "environments",
    "the account's quota in the Region, L-B99A9384 of Service Quotas",
  )
    .default(1000)
    .describe(
      "The account's quota of environments in the Region. The reserved concurrency is checked against it.",
    ),
  provisionedConcurrency: whole(1, 10_000, "environments", "a Region's quota can be raised to it")
    .optional()
    .meta({
      description: "How many environments are kept started.",
      cost: "$4.38 a month for each, with 512 MB on arm64.",
    }),
  versionsToKeep: whole(0, 1000, "versions", "each is stored with its code")
    .default(2)
    .describe(
      "How many versions that no alias names are kept to roll back to (docs/releases.md). An update deletes the others, and those that need what the stack no longer has: an earlier path, subnet or database.",
    ),
  release: choice(RELEASES).default("AllAtOnce").meta({
    description:
      "How callers get to a new version: all at once, or step by step while pulumi up waits (docs/releases.md).",
    cost: "$0.10 a month for the alarm, except with AllAtOnce.",
  }),
  codeBucket: flag.default(false).meta({
    description: "Uploads the functions' code to the stack's own bucket first.",
    cost: "$0.023/GB-month.",
  }),
  codeSigning: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          untrusted: choice(["Enforce", "Warn"])
            .default("Enforce")
            .describe("What Lambda does with code that is not signed: refuses it, or accepts and counts it."),
        }),
      ],
      {
        error: "Write false, or {untrusted: Enforce}.",
      },
    )
    .default(false)
    .meta({
      description:
        "Signs the code with AWS Signer, so that Lambda can refuse other code. It needs codeBucket.",
      cost: "Free.",
    }),
} as const;
