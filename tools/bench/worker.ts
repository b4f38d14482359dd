import { parentPort, workerData } from "node:worker_threads";

// Bundled, and run in a new thread for one contender's bundle. Calls its handler and reports the time.

const EVENT = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "r" } };
const CONTEXT = { awsRequestId: "r", getRemainingTimeInMillis: () => 10_000 };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Milliseconds that `Date` is ahead of the real time. */
let ahead = 0;
const now = () => RealDate.now() + ahead;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts) => Reflect.construct(target, parts.length === 0 ? [now()] : parts),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});

const { handler }: { handler: Handler } = await import(workerData.module);

/** Sends requests one after the other for the given time. Returns each one's time in microseconds. */
async function oneByOne(milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  for (let begin = performance.now(); begin < end; ) {
    await handler(EVENT, CONTEXT);
    const now = performance.now();
    times.push((now - begin) * 1000);
    begin = now;
  }
  return times.sort((a, b) => a - b);
}

/** Sends requests at a given rate, in simulated time. */
async function spread(requests: number, perSecond: number): Promise<void> {
  for (let i = 0; i < requests; i += 1) {
    await handler(EVENT, CONTEXT);
    ahead += 1000 / perSecond;
    // Gives background work its turn as often as on a real clock.
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

parentPort?.on("message", async ({ task, milliseconds, requests, perSecond, callers }) => {
  if (task === "warm") {
    await handler(EVENT, CONTEXT);
    const times = await oneByOne(milliseconds);
    const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? 0;
    const sum = times.reduce((total, time) => total + time, 0);
    parentPort?.postMessage({ perSecond: times.length / (sum / 1e6), p50: at(0.5), p99: at(0.99) });
  } else if (task === "spread") {
    await spread(requests, perSecond);
    parentPort?.postMessage({});
  } else if (task === "at once") {
    await Promise.all(Array.from({ length: callers }, () => handler(EVENT, CONTEXT)));
    parentPort?.postMessage({});
  }
});
