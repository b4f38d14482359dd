import { SSMClient } from "@aws-sdk/client-ssm";
import { makeHandler } from "./handler.js";
import { readSettings } from "./settings.js";

/** Attempts of one call. The fifth pause after a throttled one is up to 8 seconds; the deadline comes first. */
const MOST_ATTEMPTS = 6;

// Outside the handler: made once for each environment, and its connection is kept between invocations.
const client = new SSMClient({
  retryMode: "standard", // exponential, with jitter
  maxAttempts: MOST_ATTEMPTS,
  // In milliseconds, each for one attempt. The socket's own is for an answer that stops half way.
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 2000,
    socketTimeout: 2000,
    throwOnRequestTimeout: true,
  },
});

export const handler = makeHandler(client, readSettings(process.env));
