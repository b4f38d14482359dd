import { z } from "zod";
import { flag, whole } from "./shared.js";

export const messageStoreSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        maximumTextLength: whole(1, 100_000, "characters", "a DynamoDB item holds 400 KB")
          .default(4096)
          .describe("In characters. A longer text gets 400."),
        pointInTimeRecovery: flag.default(true).meta({
          description: "Whether the table can be restored to any second of the last 35 days.",
          cost: "$0.20/GB-month.",
        }),
        deletionProtection: flag
          .default(false)
          .describe("Whether AWS refuses to delete the table, as long as keepData is true."),
      }),
    ],
    { error: "Write false, or {maximumTextLength: 4096}." },
  )
  .default(false)
  .meta({
    description:
      "A message store: a DynamoDB table that API Gateway itself writes with POST /messages and reads with GET /messages/{id} (docs/message-store.md).",
    cost: "$0.625 per million writes of 1 KB, $0.25 per million reads of 4 KB, $0.25/GB-month.",
  });
