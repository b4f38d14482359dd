import { z } from "zod";
import { apiSchema } from "./api.js";
import { databaseSchema } from "./database.js";
import { kmsKeySchema } from "./encryption.js";
import { logPipelineSchema } from "./events.js";
import { frontDoorSchema } from "./front-door.js";
import { functionSchema } from "./function.js";
import { messageStoreSchema } from "./message-store.js";
import { watchingSchema } from "./monitoring.js";
import { endpointsSchema, NETWORKING_MODES, vpcSchema } from "./network.js";
import { parametersSchema, secretParametersSchema } from "./parameters.js";
import { choice, flag } from "./shared.js";

/** The whole configuration of a stack: every key of the namespace. */
export const configSchema = z.strictObject({
  networking: choice(NETWORKING_MODES).meta({
    description:
      "The networking, which has no default. public: the function outside any VPC, and a REGIONAL API on the internet. vpc: the function in private subnets of the stack's own VPC, and a PRIVATE API.",
    cost: "public has no fixed cost.",
  }),
  vpc: vpcSchema.prefault({}).describe("The VPC. It needs networking: vpc, and has no effect otherwise."),
  endpoints: endpointsSchema.prefault({}).meta({
    description:
      "The VPC endpoints. They need networking: vpc, and have no effect otherwise. An interface endpoint admits the listed callers on port 443.",
    cost: "$7.30 a month in each zone and $0.01/GB for an interface endpoint; a gateway endpoint is free.",
  }),
  function: functionSchema
    .prefault({})
    .describe("The function that serves the parameters, and how its code is released (docs/releases.md)."),
  parameters: parametersSchema
    .prefault({})
    .describe("The SSM parameters: which ones the function reads, and which ones the stack keeps."),
  secretParameters: secretParametersSchema.default({}).meta({
    description:
      "Parameters that the stack keeps as SecureString, by name, encrypted in its file and state. A value in plain text is refused. To set one: pulumi config set --secret --path secretParameters.NAME.",
    cost: "Free.",
  }),
  kmsKey: kmsKeySchema,
  api: apiSchema
    .prefault({})
    .describe(
      "The API in front of the function: its type, limits, protection, names and callers (docs/api.md).",
    ),
  frontDoor: frontDoorSchema,
  messageStore: messageStoreSchema,
  keepData: flag
    .default(true)
    .describe(
      "Whether data outlives the configuration. true: AWS keeps the message store's table, the parameters and the event pipeline's queues if an update removes or replaces them, and Pulumi refuses to delete or replace the database. false: they are deleted; deploy it once before the change that deletes (docs/data.md).",
    ),
  database: databaseSchema,
  logPipeline: logPipelineSchema,
  watching: watchingSchema,
});

/** Every key with its value or its default. */
export type Settings = z.output<typeof configSchema>;

/** The names of the keys. */
export const CONFIG_KEYS: readonly string[] = Object.keys(configSchema.shape);
