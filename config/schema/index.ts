import type { z } from "zod";
import { apiSchema, type ENDPOINT_TYPES } from "./api.js";
import { databaseSchema } from "./database.js";
import { logPipelineSchema } from "./events.js";
import { functionSchema } from "./function.js";
import { messageStoreSchema } from "./message-store.js";
import { watchingSchema } from "./monitoring.js";
import { endpointsSchema, NETWORKING_MODES, vpcSchema } from "./network.js";
import { parametersSchema, secretParametersSchema } from "./parameters.js";
import { choice } from "./shared.js";

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
