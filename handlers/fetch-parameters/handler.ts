import type { ALBResult, APIGatewayProxyResult, Context } from "aws-lambda";
import {
  type Answer,
  type AwsCaller,
  type Clock,
  environmentClock,
  NotFoundError,
  type Parameter,
  ParameterCache,
} from "../parameter-cache/index.js";
import { errorForCaller, LARGEST_ANSWER, TooLargeError } from "./errors.js";
import {
  LARGEST_LOAD_BALANCER_ANSWER,
  type LoadBalancerEvent,
  loadBalancerEvent,
  ownAnswer,
  toLoadBalancer,
} from "./load-balancer.js";
import { clashLine, failureLine, nearLimitLine } from "./log.js";
import { type Messages, messagesOf } from "./messages.js";
import { Metrics } from "./metrics.js";
import type { FetcherSettings } from "./settings.js";
import { Warnings } from "./warnings.js";

/** The function's answer to a direct invocation, which does not come from an API. */
export interface MessagesResult {
  readonly messages: Messages;
  /** Present if the read failed and the messages are from an older read. */
  readonly stale?: true;
}

type Result = MessagesResult | APIGatewayProxyResult | ALBResult;

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
  /** Bytes of the whole answer, to an API, to a load balancer and to a direct invocation. */
  readonly apiBytes: number;
  readonly loadBalancerBytes: number;
  readonly directBytes: number;
}

/** Part of the largest answer from which on the log warns. */
const NEAR_LIMIT = 0.9;

/**
 * Creates the function's entry point. It answers an API's proxy event with 200 and the messages, with 404 if there are
 * none, or with 502 if the read failed or the answer is larger than Lambda passes on. It answers a load balancer's event
 * likewise, for `GET` of the paths that lead to it, and 404 or 405 for anything else. It answers a direct invocation
 * with `{messages}`, or throws. If the read failed and an older answer replaces it, the answer is marked stale.
 *
 * The log of a failed read holds its kind, its cause and the request's id, never a value.
 */
export function makeHandler(aws: AwsCaller, settings: FetcherSettings, around = ENVIRONMENT) {
  const { clock, random, timestamp, print } = around;
  const { path, recursive } = settings;
  const metrics = settings.metrics ? new Metrics(settings.functionName, clock) : undefined;
  const warnings = new Warnings(print);
  const cache = new ParameterCache({
    aws,
    clock,
    random,
    onRead: ({ milliseconds, error, covered, startedBy }) => {
      metrics?.read(milliseconds);
      if (error !== undefined && covered) print(failureLine("WARN", error, startedBy, timestamp()));
    },
  });
  const cached = cache.path(path, {
    recursive,
    ttlInSeconds: settings.ttl / 1000,
    staleIfErrorInSeconds: settings.staleIfError / 1000,
    mostBytes: LARGEST_ANSWER,
    transform: (parameters: readonly Parameter[]) => {
      const { messages, clashes } = messagesOf(path, settings.keys, parameters);
      const kept = keptOf(messages, settings);
      const bytes = kept.apiBytes;
      const isNearLimit = bytes >= NEAR_LIMIT * LARGEST_ANSWER && bytes <= LARGEST_ANSWER;
      warnings.set([
        ...(clashes.length > 0 ? [{ key: clashes.join(), line: () => clashLine(clashes, timestamp()) }] : []),
        ...(isNearLimit ? [{ key: "size", line: () => nearLimitLine(path, bytes, timestamp()) }] : []),
      ]);
      return kept;
    },
  });

  return async (
    event: unknown,
    context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
  ): Promise<Result> => {
    const balanced = loadBalancerEvent(event);
    const own = balanced && ownAnswer(balanced, settings.loadBalancerPaths);
    if (balanced !== undefined && own !== undefined) {
      const { statusCode, message, headers } = own;
      return toLoadBalancer(response(statusCode, JSON.stringify({ message }), settings, headers), balanced);
    }
    const isProxy = balanced !== undefined || isProxyEvent(event);
    const told = (answer: APIGatewayProxyResult) => (balanced ? toLoadBalancer(answer, balanced) : answer);
    try {
      const answer = await cached.lookUp(context);
      refuseTooLarge(path, answer.value, isProxy, balanced);
      metrics?.count(COUNTED[answer.source]);
      return isProxy ? told(succeed(answer, settings)) : resultOf(answer);
    } catch (error) {
      const isAbsent = error instanceof NotFoundError;
      metrics?.count(isAbsent ? "Misses" : "Failures");
      const forCaller = errorForCaller(error, path);
      const logged = forCaller instanceof TooLargeError ? forCaller : error;
      if (!isAbsent) print(failureLine("ERROR", logged, context.awsRequestId, timestamp()));
      if (!isProxy) throw forCaller;
      return told(response(isAbsent ? 404 : 502, JSON.stringify({ message: forCaller.message }), settings));
    } finally {
      const line = metrics?.line(timestamp());
      if (line !== undefined) print(line);
    }
  };
}

/** @throws TooLargeError if Lambda, or the load balancer in front of it, does not pass the answer on */
function refuseTooLarge(
  path: string,
  { apiBytes, directBytes, loadBalancerBytes }: Kept,
  isProxy: boolean,
  balanced: LoadBalancerEvent | undefined,
): void {
  if (balanced !== undefined && loadBalancerBytes > LARGEST_LOAD_BALANCER_ANSWER) {
    const limit = { of: "a load balancer", bytes: LARGEST_LOAD_BALANCER_ANSWER };
    throw new TooLargeError(path, loadBalancerBytes, limit);
  }
  const bytes = isProxy ? apiBytes : directBytes;
  if (bytes > LARGEST_ANSWER) throw new TooLargeError(path, bytes);
}

const COUNTED = { hit: "Hits", miss: "Misses", stale: "Stale" } as const;

function keptOf(messages: Messages, settings: FetcherSettings): Kept {
  const body = JSON.stringify({ messages });
  const longest = response(200, body, settings, staleHeaders(Number.MAX_SAFE_INTEGER));
  return {
    messages,
    body,
    apiBytes: Buffer.byteLength(JSON.stringify(longest)),
    loadBalancerBytes: Buffer.byteLength(JSON.stringify(toLoadBalancer(longest, { isMultiValue: true }))),
    directBytes: Buffer.byteLength(body) + Buffer.byteLength(',"stale":true'),
  };
}

function isProxyEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && "httpMethod" in event && "requestContext" in event;
}

function resultOf({ value: { messages }, source }: Answer<Kept>): MessagesResult {
  return source === "stale" ? { messages, stale: true } : { messages };
}

function succeed({ value: { body }, source, age }: Answer<Kept>, settings: FetcherSettings) {
  return response(200, body, settings, source === "stale" ? staleHeaders(age) : {});
}

/** Headers that mark a stale answer: https://www.rfc-editor.org/rfc/rfc7234#section-5.5.1 */
function staleHeaders(age: number) {
  return { warning: '110 - "Response is Stale"', age: String(Math.floor(age / 1000)) };
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
