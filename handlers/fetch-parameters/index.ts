import { AwsClient } from "../parameter-cache/index.js";
import { makeHandler } from "./handler.js";
import { readSettings } from "./settings.js";

// Created outside the handler, once for each environment, so that invocations share its connection.
export const handler = makeHandler(new AwsClient(), readSettings(process.env));
