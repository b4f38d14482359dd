import { ParameterStore, type StoredParameter, startAwsServer } from "@lambda-networking/local-api";
import { coldBurst } from "./cold-burst.js";
import { buildContenders, type Contenders, Environment } from "./contenders.js";
import { injectFaults } from "./faults.js";
import { type Init, measureInit, nodeOfContenders, spreadOf, withCompileCache } from "./init.js";
import { median } from "./median.js";

/** Three pages. */
const PARAMETERS: readonly StoredParameter[] = Array.from({ length: 25 }, (_, i) => ({
  name: `/messages/name-${i}`,
  type: i % 2 === 0 ? "String" : "SecureString",
  value: `value ${i} `.repeat(8),
}));
const NAMES = PARAMETERS.map(({ name }) => name);
const ROUNDS = 5;
const WARM_MS = 600;

/** Parameter Store on this machine, over HTTP like the real one. It counts its calls. */
class CountingStore extends ParameterStore {
  calls = 0;

  override getParametersByPath(input: unknown) {
    this.calls += 1;
    return super.getParametersByPath(input);
  }

  override getParameters(input: unknown) {
    this.calls += 1;
    return super.getParameters(input);
  }
}

/** Compares the fetcher with a plain handler and Powertools, in one run with the same Parameter Store. */
export async function parameterReads(): Promise<void> {
  const contenders = await buildContenders();
  const store = new CountingStore(PARAMETERS);
  const aws = await startAwsServer(store);
  try {
    await init(contenders, aws.url);
    await warm(contenders, aws.url);
    await calls(contenders, aws.url, store);
    await bursts();
    await faults();
  } finally {
    await aws.close();
    contenders.remove();
  }
}

const whole = (value: number) => Math.round(value).toLocaleString("en-US");

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const [first = "", ...rest] of [head, ...rows])
    console.log(
      `  ${first.padEnd(36)}${rest.map((cell) => cell.padStart(Math.max(13, cell.length + 2))).join("")}`,
    );
}

const INIT_ROUNDS = 21;

/** Size, and time of a cold start. In each round every contender starts once, and is compared with the first one. */
async function init(contenders: Contenders, awsUrl: string): Promise<void> {
  const { fetcher, plain, powertoolsByPath, runtimeSdk, cdk, cdkBundled } = contenders;
  const { version, hasCompileCache } = await nodeOfContenders();
  const rounds = async (compileCache?: string) => {
    const starters = [plain, powertoolsByPath, runtimeSdk, cdk, cdkBundled, fetcher].map((one) => ({
      ...one,
      start: () => measureInit(one, awsUrl),
    }));
    if (compileCache !== undefined) {
      const name = "the same, with V8's compile cache";
      starters.push({ ...fetcher, name, start: () => measureInit(fetcher, awsUrl, compileCache) });
    }
    const figures: Init[][] = starters.map(() => []);
    for (let round = 0; round < INIT_ROUNDS; round += 1) {
      for (const [i, { start }] of starters.entries()) figures[i]?.push(await start());
    }
    const cells = (i: number, figure: keyof Init) => {
      const values = (figures[i] ?? []).map((one) => one[figure]);
      const ratio = spreadOf(values.map((value, round) => value / (figures[0]?.[round]?.[figure] ?? 1)));
      const [middle, low, high] = [ratio.median, ratio.low, ratio.high].map((value) => value.toFixed(2));
      return [median(values).toFixed(1), `${middle} (${low}-${high})`];
    };
    console.log(
      `\nCold start: loaded by require in a process of its own, Node.js ${version}; ` +
        `medians of ${INIT_ROUNDS} rounds in turn, ratios to the first one of the same round with their quartiles\n`,
    );
    table(
      ["", "bytes", "CPU ms", "x plain", "load ms", "x plain", "1st answer ms", "x plain"],
      starters.map(({ name, bytes }, i) => [
        name,
        whole(bytes),
        ...cells(i, "cpu"),
        ...cells(i, "load"),
        ...cells(i, "first"),
      ]),
    );
  };
  await (hasCompileCache ? withCompileCache(fetcher, awsUrl, rounds) : rounds());
}

/** Requests one after the other in a warm environment. The contenders take turns in each round. */
async function warm(contenders: Contenders, awsUrl: string): Promise<void> {
  const { fetcher, plain, powertoolsByPath, powertoolsByName } = contenders;
  const all = [plain, powertoolsByPath, powertoolsByName, fetcher];
  const environments = all.map((one) => new Environment(one, awsUrl, NAMES));
  const rounds: Readonly<Record<string, number>>[][] = all.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, environment] of environments.entries())
      rounds[i]?.push(await environment.run({ task: "warm", milliseconds: WARM_MS }));
  }
  await Promise.all(environments.map((environment) => environment.stop()));
  const figure = (i: number, name: string) => median((rounds[i] ?? []).map((one) => one[name] ?? 0));
  console.log(
    `\nWarm requests, ${PARAMETERS.length} parameters, medians of ${ROUNDS} rounds in turn; ` +
      "the plain handler reads each time from a Parameter Store on this machine, so far nearer than AWS's\n",
  );
  table(
    ["", "requests/s", "x plain", "p50 us", "p99 us"],
    all.map((one, i) => [
      one.name,
      whole(figure(i, "perSecond")),
      (figure(i, "perSecond") / figure(0, "perSecond")).toFixed(1),
      figure(i, "p50").toFixed(1),
      figure(i, "p99").toFixed(1),
    ]),
  );
}

const REQUESTS = 100_000;
const PER_SECOND = 100;
/** Fewer requests, because the calls for each request of the plain handler do not depend on their number. */
const PLAIN_REQUESTS = 1_000;
const CALLERS = 1_000;

/** Number of calls to Parameter Store. */
async function calls(contenders: Contenders, awsUrl: string, store: CountingStore): Promise<void> {
  const { fetcher, plain, powertoolsByPath, powertoolsByName } = contenders;
  const rows: { readonly name: string; readonly spread: number; readonly atOnce: number }[] = [];
  for (const one of [plain, powertoolsByPath, powertoolsByName, fetcher]) {
    const count = async (task: Readonly<Record<string, string | number>>) => {
      const environment = new Environment(one, awsUrl, NAMES);
      const before = store.calls;
      await environment.run(task);
      await environment.stop();
      return store.calls - before;
    };
    const requests = one === plain ? PLAIN_REQUESTS : REQUESTS;
    const spread = await count({ task: "spread", requests, perSecond: PER_SECOND });
    const atOnce = await count({ task: "at once", callers: one === plain ? 100 : CALLERS });
    rows.push({
      name: one.name,
      spread: spread * (REQUESTS / requests),
      atOnce: one === plain ? atOnce * (CALLERS / 100) : atOnce,
    });
  }
  const powertools = rows[1];
  console.log(
    `\nCalls to Parameter Store: ${whole(REQUESTS)} requests at ${PER_SECOND} a second (a clock that is moved), and ` +
      `${whole(CALLERS)} at once in a cold environment; three calls a read, copies kept for 60 s; ` +
      `the plain handler's from ${whole(PLAIN_REQUESTS)} and 100\n`,
  );
  table(
    ["", "spread", "x Powertools", "at once", "x Powertools"],
    rows.map(({ name, spread, atOnce }) => [
      name,
      whole(spread),
      (spread / (powertools?.spread ?? 1)).toFixed(2),
      whole(atOnce),
      (atOnce / (powertools?.atOnce ?? 1)).toFixed(3),
    ]),
  );
}

/** Number of attempts: the SDK's default, and the fetcher's. */
const ATTEMPTS = [3, 6];

/** New environments that start at the same moment. */
async function bursts(): Promise<void> {
  const rows: string[][] = [];
  for (const environments of [100, 200, 300]) {
    for (const attempts of ATTEMPTS) {
      const { answered, calls, throttled, seconds } = await coldBurst(environments, attempts);
      const figures = [attempts, answered, calls, throttled].map(whole);
      rows.push([`${environments} environments`, ...figures, seconds.toFixed(1)]);
    }
  }
  console.log("\nA cold burst: 40 calls a second are allowed, one page each, 10 s until the timeout\n");
  table(["", "attempts", "answered", "calls", "throttled", "seconds"], rows);
}

const FAULTY_REQUESTS = 20;

/** Requests while every read fails, after the parameters have changed. */
async function faults(): Promise<void> {
  const results = await injectFaults(FAULTY_REQUESTS);
  console.log(
    `\nFaults: ${FAULTY_REQUESTS} requests each inside the ten minutes in which an old answer, marked as such, may stand in; two after\n`,
  );
  table(
    ["", "fresh", "marked", "wrong", "failed", "502 after", "recovered"],
    results.map(({ fault, fresh, stale, wrong, failed, refusedTooOld, recovered }) => [
      fault,
      ...[fresh, stale, wrong, failed, refusedTooOld].map(whole),
      recovered ? "yes" : "no",
    ]),
  );
}
