import { ParameterStore } from "@lambda-networking/local-api";
import { isRecord } from "@lambda-networking/preflight";
import { makeHandler } from "../../handlers/fetch-parameters/handler.js";
import { AwsClient, type Clock, environmentClock } from "../../handlers/parameter-cache/index.js";
import { FAULTS, type Fault, FaultyServer } from "./faulty-server.js";

const TTL = 60_000;
const STALE = 600_000;
/** Three pages. */
const COUNT = 25;
/** Credentials that sign requests to this machine. */
export const CREDENTIALS = { accessKeyId: "x", secretAccessKey: "x" };
const EVENT = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "r" } };

/** Faults that end only when the client stops waiting. */
const HANGS: ReadonlySet<Fault> = new Set(["hang", "hang in the body"]);

/** Milliseconds that an invocation has left for a fault with an answer: longer than the slowest machine takes. */
const PATIENT = 60_000;
/** For a fault without an answer: as short as possible, because every wait ends the same way. */
const IMPATIENT = 150;

/** Counts of the requests during one fault. */
export interface FaultResult {
  readonly fault: Fault;
  readonly requests: number;
  /** Answers with the present content of Parameter Store. */
  readonly fresh: number;
  /** Answers with the last good copy, marked as stale. */
  readonly stale: number;
  /** All other answers: a mixture, a part, or an old copy without the mark. */
  readonly wrong: number;
  /** Failures although the copy could still be served. */
  readonly failed: number;
  /** Failures after the copy was too old, which are correct. */
  readonly refusedTooOld: number;
  /** Whether the first read after the fault was fresh. */
  readonly recovered: boolean;
  /** Log lines. */
  readonly log: readonly string[];
}

/** The parameters of one version, which each value contains. */
const storeOf = (version: string) =>
  new ParameterStore(
    Array.from({ length: COUNT }, (_, i) => ({
      name: `/messages/name-${i}`,
      type: "SecureString" as const,
      value: `value ${version}`,
    })),
  );
const bodyOf = (version: string) =>
  JSON.stringify({
    messages: Object.fromEntries(
      // Sorted as Parameter Store returns them.
      Array.from({ length: COUNT }, (_, i) => `name-${i}`)
        .sort()
        .map((name) => [name, `value ${version}`]),
    ),
  });

/**
 * Runs the fetcher through each fault, with the SDK's own client and real connections. The phases: warm; parameters
 * changed and every read failing, first within the window of stale answers, then beyond it; no fault any more.
 * @param requests number of requests inside the window; beyond it there are at most two
 */
export async function injectFaults(requests: number): Promise<FaultResult[]> {
  return Promise.all(FAULTS.map((fault) => inject(fault, requests)));
}

async function inject(fault: Fault, requests: number): Promise<FaultResult> {
  const server = await FaultyServer.start(storeOf("old"));
  const client = new AwsClient({
    region: "eu-west-1",
    maxAttempts: 2,
    endpoint: server.url,
    credentials: CREDENTIALS,
  });
  let wall = 0; // moved explicitly, like the wall clock of an environment that was frozen
  // No deadline expires by itself, so a slow machine changes no outcome. Only the fault ends a read.
  const clock: Clock = {
    ...environmentClock(
      () => wall,
      () => 0,
    ),
    after: () => () => {},
  };
  const log: string[] = [];
  const handler = makeHandler(
    client,
    {
      path: "/messages",
      recursive: false,
      keys: "lastSegment",
      ttl: TTL,
      staleIfError: STALE,
      metrics: false,
      functionName: "f",
      allowOrigin: undefined,
      loadBalancerPaths: [],
    },
    {
      clock,
      random: Math.random,
      timestamp: Date.now,
      print: (line) => log.push(line),
    },
  );
  const isHanging = HANGS.has(fault);
  const invoke = () => {
    const left = isHanging && server.fault !== undefined ? IMPATIENT : PATIENT;
    return handler(EVENT, { awsRequestId: "r", getRemainingTimeInMillis: () => left });
  };
  const count = { fresh: 0, stale: 0, wrong: 0, failed: 0, refusedTooOld: 0 };
  try {
    if (!isFresh(await invoke(), "old")) throw new Error("the first read failed without a fault");
    const readBy = clock.now();
    server.fault = fault;
    server.store = storeOf("new");
    for (let i = 0; i < requests; i += 1) {
      // From the copy's expiry to just before it is too old.
      wall = readBy + TTL + (i / requests) * (STALE - 10_000);
      const result = await invoke();
      if (isStale(result, "old")) count.stale += 1;
      else if (isFresh(result, "new")) count.fresh += 1;
      else if (isFailure(result)) count.failed += 1;
      else count.wrong += 1;
    }
    wall += TTL + STALE;
    for (let i = 0; i < Math.min(2, requests); i += 1) {
      const result = await invoke();
      if (isFailure(result)) count.refusedTooOld += 1;
      else if (!isFresh(result, "new")) count.wrong += 1;
    }
    server.fault = undefined;
    const recovered = isFresh(await invoke(), "new");
    return { fault, requests, ...count, recovered, log };
  } finally {
    client.destroy();
    await server.stop();
  }
}

function isFresh(result: unknown, version: string): boolean {
  if (!isRecord(result) || !isRecord(result.headers)) return false;
  return result.statusCode === 200 && result.body === bodyOf(version) && result.headers.warning === undefined;
}

function isStale(result: unknown, version: string): boolean {
  if (!isRecord(result) || !isRecord(result.headers)) return false;
  return result.statusCode === 200 && result.body === bodyOf(version) && result.headers.warning !== undefined;
}

function isFailure(result: unknown): boolean {
  return isRecord(result) && result.statusCode === 502;
}
