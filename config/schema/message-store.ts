import { z } from "zod";
import { flag, whole } from "./shared.js";

export const messageStoreSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        maximumTextLength: whole(1, 100_000, "characters", "a DynamoDB item holds 400 KB").default(4096),
        pointInTimeRecovery: flag.default(true),
        deletionProtection: flag.default(false),
      }),
    ],
    { error: "Write false, or {maximumTextLength: 4096}." },
  )
  .default(false);
