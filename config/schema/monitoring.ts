import { z } from "zod";
import { flag, isWithoutRepetition } from "./shared.js";

const EMAIL = "Write mail addresses, each once, such as ops@example.com.";

export const watchingSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        alarms: flag.default(true).meta({
          description: "Alarms, which go to one SNS topic.",
          cost: "$0.10 an alarm a month: 4 alarms in the smallest stack, 14 with an event pipeline.",
        }),
        emails: z
          .array(z.email({ error: EMAIL }), { error: EMAIL })
          .refine(isWithoutRepetition, { error: EMAIL })
          .default([])
          .describe("The mail addresses that get the alarms. Each must confirm once."),
        dashboard: flag.default(true).meta({
          description: "A CloudWatch dashboard.",
          cost: "$3 a month; an account's first three are free.",
        }),
        queries: flag.default(true).meta({
          description: "Saved queries of Logs Insights.",
          cost: "Free to keep; $0.005 for each GB that a query reads.",
        }),
      }),
    ],
    { error: "Write false, or {alarms: true, dashboard: true, queries: true}." },
  )
  .default(false)
  .describe("Monitoring: alarms, a dashboard and saved queries (docs/watching.md).");
