import { z } from "zod";
import { RELEASES } from "../../components/function/live-alias.js";
import { choice, flag, isWithoutRepetition, whole } from "./shared.js";

const LAYER =
  "Write at most five layer versions' ARNs, each once, such as arn:aws:lambda:eu-west-1:111122223333:layer:tools:3.";
const VARIABLE = "Name it with letters, digits and _, a letter first; AWS_ and LAMBDA_ belong to Lambda.";
const isVariable = (name: string) => /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !/^(AWS_|LAMBDA_)/.test(name);

/** How the function's code gets to Lambda and to its callers; part of the key `function`. */
export const releaseShape = {
  environment: z
    .record(
      z.string().refine(isVariable, { error: VARIABLE }),
      z.string({ error: "Write a text; quote numbers and true or false." }),
      { error: "Write names with their texts, such as {LOG_LEVEL: debug}." },
    )
    .default({}),
  layers: z
    .array(
      z.string({ error: LAYER }).regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9-_]+:\d+$/, {
        error: LAYER,
      }),
      { error: LAYER },
    )
    .max(5, { error: LAYER })
    .refine(isWithoutRepetition, { error: LAYER })
    .default([]),
  ephemeralStorage: whole(512, 10_240, "megabytes", "Lambda's range").default(512),
  accountConcurrency: whole(
    100,
    1_000_000,
    "environments",
    "the account's quota in the Region, L-B99A9384 of Service Quotas",
  ).default(1000),
  provisionedConcurrency: whole(1, 10_000, "environments", "a Region's quota can be raised to it").optional(),
  release: choice(RELEASES).default("AllAtOnce"),
  codeBucket: flag.default(false),
  codeSigning: z
    .union(
      [z.literal(false), z.strictObject({ untrusted: choice(["Enforce", "Warn"]).default("Enforce") })],
      {
        error: "Write false, or {untrusted: Enforce}.",
      },
    )
    .default(false),
} as const;
