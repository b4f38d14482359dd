import { SSMClient } from "@aws-sdk/client-ssm";
import { makeHandler } from "./handler.js";

// Outside the handler: made once for each environment, and its connection is kept between invocations.
const client = new SSMClient({
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});

const { PARAMETER_PATH: path, PARAMETER_RECURSIVE: recursive } = process.env;
if (path === undefined) throw new Error("the environment variable PARAMETER_PATH is not set");

export const handler = makeHandler(client, { path, recursive: recursive === "true" });
