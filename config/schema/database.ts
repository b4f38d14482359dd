import { z } from "zod";
import { flag, keyArn, oneOf, retentionInDays, whole } from "./shared.js";

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
        name: identifier
          .default("app")
          .describe("The database's name in the cluster. A change replaces the cluster."),
        engineVersion: z
          .literal(MAJOR_VERSIONS, { error: oneOf(MAJOR_VERSIONS) })
          .default(17)
          .describe(
            "The major version of PostgreSQL; AWS updates the minor version. A change upgrades at once, with an outage.",
          ),
        minimumCapacity: capacity(
          0.5,
          " With 0 it would never pause all the same: the proxy keeps a connection.",
        )
          .default(0.5)
          .meta({
            description: "The least capacity, in Aurora capacity units of 2 GiB.",
            cost: "$87.60 a month for each unit, in each instance.",
          }),
        maximumCapacity: capacity(1, "")
          .default(4)
          .describe(
            "The most capacity, in Aurora capacity units. It limits the cost under load, and the number of connections: 823 with 4.",
          ),
        instances: whole(1, 16, "instances", "a writer and at most 15 readers")
          .default(1)
          .describe(
            "The number of instances. The first one writes; with two, another zone can take over within a minute.",
          ),
        backupRetentionInDays: whole(1, 35, "days", "Aurora's range").default(7).meta({
          description: "How many days back the database can be restored.",
          cost: "Free up to the database's size.",
        }),
        deletionProtection: flag
          .default(true)
          .describe("Whether AWS refuses to delete the database, as long as keepData is true."),
        finalSnapshot: flag.default(true).meta({
          description: "Whether a snapshot is made if the database is deleted.",
          cost: "$0.021/GB-month.",
        }),
        logRetentionInDays: retentionInDays.default(30).meta({
          description: "How many days the database's log is kept.",
          cost: "$0.50/GB, then $0.03/GB-month.",
        }),
        kmsKeyArn: keyArn.optional().meta({
          description:
            "The ARN of the customer managed key for storage and password. Without it they have AWS's own keys, which are free. A change replaces the cluster.",
          cost: "$1 a month.",
        }),
        user: z
          .strictObject(
            {
              name: identifier.describe("The user's name."),
              secretArn: z
                .string({ error: SECRET })
                .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}$/, {
                  error: SECRET,
                })
                .meta({
                  description:
                    "The ARN of the secret with the user's name and password, which the proxy reads.",
                  cost: "$0.40 a month.",
                }),
            },
            { error: "Write {name: app, secretArn: …}, or leave it out." },
          )
          .optional()
          .describe(
            "The database user that the function logs in as. Without it the function is the master user, postgres.",
          ),
      }),
    ],
    { error: "Write false, or {minimumCapacity: 0.5, maximumCapacity: 4}." },
  )
  .default(false)
  .meta({
    description:
      "An Aurora Serverless v2 (PostgreSQL) database behind RDS Proxy, for the function (docs/database.md). It needs networking: vpc with two zones or more, and function.reservedConcurrency.",
    cost: "$131.80 a month with the defaults: proxy $87.60, capacity $43.80, secret $0.40.",
  });
