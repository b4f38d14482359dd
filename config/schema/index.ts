import { z } from "zod";
import { apiSchema } from "./api.js";
import { databaseSchema } from "./database.js";
import { logPipelineSchema } from "./events.js";
import { functionSchema } from "./function.js";
import { messageStoreSchema } from "./message-store.js";
import { watchingSchema } from "./monitoring.js";
import { endpointsSchema, NETWORKING_MODES, vpcSchema } from "./network.js";
import { parametersSchema, secretParametersSchema } from "./parameters.js";
import { choice } from "./shared.js";

/** The whole configuration of a stack: every key of the namespace. */
export const configSchema = z.strictObject({
  networking: choice(NETWORKING_MODES).default("public"),
  vpc: vpcSchema.prefault({}),
  endpoints: endpointsSchema.prefault({}),
  function: functionSchema.prefault({}),
  parameters: parametersSchema.prefault({}),
  secretParameters: secretParametersSchema.default({}),
  api: apiSchema.prefault({}),
  messageStore: messageStoreSchema,
  database: databaseSchema,
  logPipeline: logPipelineSchema,
  watching: watchingSchema,
});

/** Every key with its value or its default. */
export type Settings = z.output<typeof configSchema>;

/** The names of the keys. */
export const CONFIG_KEYS: readonly string[] = Object.keys(configSchema.shape);
