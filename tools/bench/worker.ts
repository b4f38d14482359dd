import { parentPort, workerData } from "node:worker_threads";

// Runs in a thread of its own, bundled, around one contender's bundle: calls its handler and says how long that took.

const EVENT = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "r" } };
const CONTEXT = { awsRequestId: "r", getRemainingTimeInMillis: () => 10_000 };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Time that goes on by itself between requests, for all who ask for the date. */
let ahead = 0;
const now = () => RealDate.now() + ahead;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts) => Reflect.construct(target, parts.length === 0 ? [now()] : parts),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});

const { handler }: { handler: Handler } = await import(workerData.module);

/** Requests one after the other, for so many milliseconds: each one's time in microseconds. */
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

/** So many requests at so many a second, in time that is only said to pass. */
async function spread(requests: number, perSecond: number): Promise<void> {
  for (let i = 0; i < requests; i += 1) {
    await handler(EVENT, CONTEXT);
    ahead += 1000 / perSecond;
    // As often as they are due on a real clock, what goes on in the background gets its turn.
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
