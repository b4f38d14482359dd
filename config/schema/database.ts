import { z } from "zod";
import { flag, oneOf, retentionInDays, whole } from "./shared.js";

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html */
const CAPACITY = "in Aurora capacity units, in half steps";
const capacity = (from: number, fix: string) => {
  const error = `Write a number from ${from} to 256, ${CAPACITY}.${fix}`;
  return z.number({ error }).min(from, { error }).max(256, { error }).multipleOf(0.5, { error });
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html */
const NAME = "Write a letter, then letters, digits and _, 63 at most.";
const identifier = z.string({ error: NAME }).regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, { error: NAME });

const SECRET =
  "Write a secret's ARN, such as arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-user-AbCdEf.";
const MAJOR_VERSIONS = [16, 17] as const;

export const databaseSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        name: identifier.default("app"),
        engineVersion: z.literal(MAJOR_VERSIONS, { error: oneOf(MAJOR_VERSIONS) }).default(17),
        minimumCapacity: capacity(
          0.5,
          " With 0 it would never pause all the same: the proxy keeps a connection.",
        ).default(0.5),
        maximumCapacity: capacity(1, "").default(4),
        instances: whole(1, 16, "instances", "a writer and at most 15 readers").default(1),
        backupRetentionInDays: whole(1, 35, "days", "Aurora's range").default(7),
        deletionProtection: flag.default(true),
        finalSnapshot: flag.default(true),
        logRetentionInDays: retentionInDays.default(30),
        kmsKeyArn: z
          .string()
          .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, {
            error: "Write a key's ARN, such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-….",
          })
          .optional(),
        user: z
          .strictObject(
            {
              name: identifier,
              secretArn: z
                .string({ error: SECRET })
                .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}$/, {
                  error: SECRET,
                }),
            },
            { error: "Write {name: app, secretArn: …}, or leave it out." },
          )
          .optional(),
      }),
    ],
    { error: "Write false, or {minimumCapacity: 0.5, maximumCapacity: 4}." },
  )
  .default(false);
