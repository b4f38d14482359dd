import type { z } from "zod";
import { apiSchema, type ENDPOINT_TYPES } from "./schema/api.js";
import { databaseSchema } from "./schema/database.js";
import { functionSchema } from "./schema/function.js";
import { logPipelineSchema } from "./schema/log-pipeline.js";
import { messageStoreSchema } from "./schema/message-store.js";
import { endpointsSchema, NETWORKING_MODES, vpcSchema } from "./schema/network.js";
import { parametersSchema, secretParametersSchema } from "./schema/parameters.js";
import { choice } from "./schema/shared.js";
import { watchingSchema } from "./schema/watching.js";

/** Every key of the namespace with its schema; `Pulumi.yaml` declares the same keys and defaults. */
export const schemas = {
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
} as const;

export type ConfigKey = keyof typeof schemas;
export type VpcSettings = z.output<typeof vpcSchema>;
export type EndpointSettings = z.output<typeof endpointsSchema>;
export type InterfaceEndpointSettings = EndpointSettings["executeApi"];
export type FunctionSettings = z.output<typeof functionSchema>;
export type ParameterSettings = z.output<typeof parametersSchema>;
export type ApiSettings = z.output<typeof apiSchema>;
export type MessageStoreSettings = z.output<typeof messageStoreSchema>;
export type DatabaseSettings = z.output<typeof databaseSchema>;
export type LogPipelineSettings = z.output<typeof logPipelineSchema>;
export type WatchingSettings = z.output<typeof watchingSchema>;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];
