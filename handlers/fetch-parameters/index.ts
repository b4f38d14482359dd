import { SSMClient } from "@aws-sdk/client-ssm";
import { makeHandler } from "./handler.js";
import { readSettings } from "./settings.js";

/** Attempts of one call. The fifth pause after a throttled attempt is up to 8 seconds; the deadline comes first. */
const MOST_ATTEMPTS = 6;

// Created outside the handler, once for each environment, so that invocations share its connection.
const client = new SSMClient({
  retryMode: "standard", // Exponential, with jitter.
  maxAttempts: MOST_ATTEMPTS,
  // Milliseconds for one attempt each. The socket's timeout is for an answer that stops half way.
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 2000,
    socketTimeout: 2000,
    throwOnRequestTimeout: true,
  },
});

export const handler = makeHandler(client, readSettings(process.env));
