import { z } from "zod";
import { releaseShape } from "./releases.js";
import { choice, reservedConcurrency, retentionInDays, whole } from "./shared.js";

export const functionSchema = z.strictObject({
  runtime: choice(["nodejs22.x", "nodejs24.x"]).default("nodejs24.x"),
  architecture: choice(["arm64", "x86_64"]).default("arm64"),
  memorySize: whole(128, 10_240, "megabytes", "Lambda's range").default(512),
  timeout: whole(1, 900, "seconds", "Lambda's range").default(10),
  logRetentionInDays: retentionInDays.default(30),
  reservedConcurrency: reservedConcurrency.optional(),
  ...releaseShape,
});
