import type { SSMClient } from "@aws-sdk/client-ssm";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { type Answer, ParameterCache } from "./cache.js";
import { type Clock, environmentClock } from "./clock.js";
import { waitWithin } from "./deadline.js";
import { NoParametersError } from "./errors.js";
import { failureLine } from "./log.js";
import { Metrics } from "./metrics.js";
import { type Messages, ParameterReader } from "./parameters.js";
import type { FetcherSettings } from "./settings.js";

/** The function's answer to a direct invocation, which does not come from an API. */
export interface MessagesResult {
  readonly messages: Messages;
  /** Present if the read failed and the messages are from an older read. */
  readonly stale?: true;
}

type Result = MessagesResult | APIGatewayProxyResult;

/** The handler's dependencies; tests replace them. */
export interface Surroundings {
  readonly clock: Clock;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Returns milliseconds since 1970, for the log. */
  readonly timestamp: () => number;
  /** Prints one line of the log. */
  readonly print: (line: string) => void;
}

/** Lambda's console would wrap each line in another JSON object, in which CloudWatch finds no metrics. */
const ENVIRONMENT: Surroundings = {
  clock: environmentClock(),
  random: Math.random,
  timestamp: Date.now,
  print: (line) => void process.stdout.write(`${line}\n`),
};

/** The messages of one read, and the API's body with them, created once. */
interface Kept {
  readonly messages: Messages;
  readonly body: string;
}

/**
 * Creates the function's entry point. It answers an API's proxy event with 200 and the messages, with 404 if there are
 * none, or with 502 if the read failed. It answers a direct invocation with `{messages}`, or throws. If the read failed
 * and an older answer replaces it, the answer is marked stale.
 *
 * The log of a failed read holds its kind, its cause and the request's id, never a value.
 */
export function makeHandler(client: SSMClient, settings: FetcherSettings, around = ENVIRONMENT) {
  const { clock, timestamp, print } = around;
  const metrics = settings.metrics ? new Metrics(settings.functionName, clock) : undefined;
  const reader = new ParameterReader(client, settings);
  const cache = new ParameterCache<Kept>({
    ...settings,
    ...around,
    read: async (signal) => {
      const messages = await reader.read(signal);
      return { messages, body: JSON.stringify({ messages }) };
    },
    onRead: ({ milliseconds, error, covered, startedBy }) => {
      metrics?.read(milliseconds);
      if (error !== undefined && covered) {
        print(failureLine("WARN", reader.explain(error), startedBy, timestamp()));
      }
    },
  });

  return async (
    event: unknown,
    context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
  ): Promise<Result> => {
    const isProxy = isProxyEvent(event);
    try {
      const wait = waitWithin(context.getRemainingTimeInMillis());
      const answer = await cache.get(wait, context.awsRequestId);
      metrics?.count(COUNTED[answer.source]);
      return isProxy ? succeed(answer, settings) : resultOf(answer);
    } catch (thrown) {
      const error = reader.explain(thrown);
      const isAbsent = error instanceof NoParametersError;
      metrics?.count(isAbsent ? "Misses" : "Failures");
      if (!isAbsent) print(failureLine("ERROR", error, context.awsRequestId, timestamp()));
      if (!isProxy) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return response(isAbsent ? 404 : 502, JSON.stringify({ message }), settings);
    } finally {
      const line = metrics?.line(timestamp());
      if (line !== undefined) print(line);
    }
  };
}

const COUNTED = { hit: "Hits", miss: "Misses", stale: "Stale" } as const;

function isProxyEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && "httpMethod" in event && "requestContext" in event;
}

function resultOf({ value: { messages }, source }: Answer<Kept>): MessagesResult {
  return source === "stale" ? { messages, stale: true } : { messages };
}

/** Answers 200; HTTP headers mark a stale answer: https://www.rfc-editor.org/rfc/rfc7234#section-5.5.1 */
function succeed({ value: { body }, source, age }: Answer<Kept>, settings: FetcherSettings) {
  const headers = { warning: '110 - "Response is Stale"', age: String(Math.floor(age / 1000)) };
  return response(200, body, settings, source === "stale" ? headers : {});
}

function response(
  statusCode: number,
  body: string,
  { allowOrigin }: FetcherSettings,
  more: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(allowOrigin !== undefined && { "access-control-allow-origin": allowOrigin }),
      ...more,
    },
    body,
  };
}
