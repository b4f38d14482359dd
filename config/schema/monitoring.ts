import { z } from "zod";
import { flag, isWithoutRepetition } from "./shared.js";

const EMAIL = "Write mail addresses, each once, such as ops@example.com.";

export const watchingSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        alarms: flag.default(true),
        emails: z
          .array(z.email({ error: EMAIL }), { error: EMAIL })
          .refine(isWithoutRepetition, { error: EMAIL })
          .default([]),
        dashboard: flag.default(true),
        queries: flag.default(true),
      }),
    ],
    { error: "Write false, or {alarms: true, dashboard: true, queries: true}." },
  )
  .default(false);
