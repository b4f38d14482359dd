import { ThrottlingException } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { makeHandler } from "../../handlers/fetch-parameters/handler.js";
import type { FetcherSettings } from "../../handlers/fetch-parameters/settings.js";
import type { AwsCaller } from "../../handlers/parameter-cache/index.js";
import { isRecord } from "../../preflight/resources/read.js";
import { FakeClock } from "./parameter-cache/fake-clock.js";

const NO_RESULTS = "SSM Parameter Store get parameter returned no results";
const FAILURE = "SSM Parameter Store get parameter failure";
const REQUEST_ID = "3f1d9e6c-0000-4000-8000-000000000000";
const PROXY_EVENT = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "from the API" } };

interface Input {
  readonly Path?: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

interface Page {
  readonly Parameters?: readonly { readonly Name: string; readonly Value: string }[];
  readonly NextToken?: string;
}

type Answer = (input: Input, call: number) => Page;

/** AWS without network: the given function answers every call, and the calls are recorded. */
function awsOf(answer: Answer) {
  const calls: Input[] = [];
  const aws: AwsCaller = {
    async call(service, operation, input) {
      expect([service.name, operation]).to.deep.equal(["ssm", "GetParametersByPath"]);
      calls.push({ ...input });
      return answer(input, calls.length);
    },
  };
  return { aws, calls };
}

/** An answer with `count` parameters under /messages, ten a page, in Parameter Store's format. */
function stored(count: number): Answer {
  const all = Array.from({ length: count }, (_, i) => ({ Name: `/messages/name-${i}`, Value: `value-${i}` }));
  return ({ NextToken, MaxResults = 10 }) => {
    const from = Number(NextToken ?? 0);
    const end = from + MaxResults;
    return { Parameters: all.slice(from, end), ...(end < count && { NextToken: String(end) }) };
  };
}

const failing: Answer = () => {
  throw new ThrottlingException({ $metadata: {}, message: "Rate exceeded", Message: "Rate exceeded" });
};

interface Handled {
  readonly result?: unknown;
  readonly thrown?: unknown;
  readonly calls: readonly Input[];
  /** Everything that was printed, on any stream. */
  readonly printed: string;
}

const SETTINGS: FetcherSettings = {
  path: "/messages",
  recursive: false,
  keys: "lastSegment",
  ttl: 60_000,
  staleIfError: 600_000,
  metrics: false,
  functionName: "fetcher",
  allowOrigin: undefined,
  loadBalancerPaths: ["/direct"],
};

/** A handler that stays alive between invocations, and its clock. */
function environment(answer: Answer, settings: Partial<FetcherSettings> = {}) {
  const { aws, calls } = awsOf(answer);
  const clock = new FakeClock();
  const printed: string[] = [];
  const handler = makeHandler(
    aws,
    { ...SETTINGS, ...settings },
    { clock, random: () => 0.5, timestamp: () => 1_700_000_000_000, print: (line) => printed.push(line) },
  );
  const invoke = (event: unknown) =>
    handler(event, { awsRequestId: REQUEST_ID, getRemainingTimeInMillis: () => 10_000 });
  return { invoke, clock, calls, printed };
}

/** Runs the handler once, with the console's output recorded. */
async function handle(
  answer: Answer,
  event: unknown,
  settings: Partial<FetcherSettings> = {},
): Promise<Handled> {
  const { invoke, calls, printed } = environment(answer, settings);
  const methods = ["log", "info", "warn", "error", "debug"] as const;
  const originals = methods.map((method) => console[method]);
  for (const method of methods) console[method] = (...values) => printed.push(JSON.stringify(values));
  try {
    const result = await invoke(event);
    return { result, calls, printed: printed.join("\n") };
  } catch (thrown) {
    return { thrown, calls, printed: printed.join("\n") };
  } finally {
    for (const [i, method] of methods.entries()) console[method] = originals[i] ?? console[method];
  }
}

function bodyOf(result: unknown): unknown {
  return isRecord(result) && typeof result.body === "string" ? JSON.parse(result.body) : undefined;
}

describe("fetch-parameters handler", () => {
  for (const count of [1, 10, 11, 25]) {
    it(`answers with all of ${count} parameters, page by page`, async () => {
      const { result, calls } = await handle(stored(count), PROXY_EVENT);
      expect(result).to.include({ statusCode: 200 });
      const messages = Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`name-${i}`, `value-${i}`]),
      );
      expect(bodyOf(result)).to.deep.equal({ messages });
      expect(calls).to.have.length(Math.ceil(count / 10));
    });
  }

  it("continues after empty pages, which Parameter Store may return", async () => {
    const pages = [
      { Parameters: [], NextToken: "1" },
      { NextToken: "2" },
      { Parameters: [{ Name: "/messages/last", Value: "found" }] },
    ];
    const { result } = await handle((_, call) => pages[call - 1] ?? {}, PROXY_EVENT);
    expect(bodyOf(result)).to.deep.equal({ messages: { last: "found" } });
  });

  it("reads its own path, ten parameters at a time, decrypted, without deeper levels", async () => {
    const { calls } = await handle(stored(11), PROXY_EVENT);
    for (const call of calls) {
      expect(call).to.include({ Path: "/messages", MaxResults: 10, WithDecryption: true, Recursive: false });
    }
    expect(calls.map(({ NextToken }) => NextToken)).to.deep.equal([undefined, "10"]);
  });

  it("reads deeper levels if recursive is set, and names parameters by their last segment", async () => {
    const deep = () => ({ Parameters: [{ Name: "/messages/a/b/c", Value: "deep" }] });
    const { result, calls } = await handle(deep, PROXY_EVENT, { recursive: true });
    expect(calls[0]).to.include({ Recursive: true });
    expect(bodyOf(result)).to.deep.equal({ messages: { c: "deep" } });
  });

  it("keeps a parameter with a name that is special in JavaScript", async () => {
    const answer = () => ({ Parameters: [{ Name: "/messages/__proto__", Value: "own" }] });
    const { result } = await handle(answer, PROXY_EVENT);
    expect(result).to.have.property("body", '{"messages":{"__proto__":"own"}}');
  });

  it("answers JSON with no-store because it contains decrypted values", async () => {
    const { result } = await handle(stored(1), PROXY_EVENT);
    expect(result).to.have.deep.property("headers", {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
  });

  it("answers a direct invocation with the messages only", async () => {
    for (const event of [{}, null, undefined, "text", { detail: 1 }]) {
      expect((await handle(stored(1), event)).result).to.deep.equal({ messages: { "name-0": "value-0" } });
    }
  });

  it("prints no value, whether it succeeds or fails on the second page", async () => {
    const secondFails: Answer = (input, call) =>
      call === 2 ? failing(input, call) : stored(25)(input, call);
    for (const answer of [stored(25), secondFails]) {
      expect((await handle(answer, PROXY_EVENT)).printed).not.to.contain("value-");
    }
  });
});

describe("fetch-parameters handler without parameters", () => {
  it("answers 404 over the API if there are no parameters", async () => {
    const { result } = await handle(stored(0), PROXY_EVENT);
    expect(result).to.include({ statusCode: 404 });
    expect(bodyOf(result)).to.deep.equal({ message: NO_RESULTS });
  });

  it("throws in a direct invocation if there are no parameters", async () => {
    const { thrown } = await handle(stored(0), {});
    expect(thrown).to.be.instanceOf(Error).with.property("message", NO_RESULTS);
  });

  it("logs nothing if there are no parameters, because nothing failed", async () => {
    expect((await handle(stored(0), PROXY_EVENT)).printed).to.equal("");
  });
});

describe("fetch-parameters handler if a read fails", () => {
  it("answers 502 over the API without the cause", async () => {
    const { result } = await handle(failing, PROXY_EVENT);
    expect(result).to.include({ statusCode: 502 });
    expect(bodyOf(result)).to.deep.equal({ message: FAILURE });
  });

  it("throws the error with its cause in a direct invocation", async () => {
    const { thrown } = await handle(failing, {});
    expect(thrown).to.be.instanceOf(Error).with.property("message", FAILURE);
    expect(thrown instanceof Error && thrown.cause).to.be.instanceOf(ThrottlingException);
  });

  it("logs kind, cause and the request's id as one line of JSON", async () => {
    const { printed } = await handle(failing, PROXY_EVENT);
    expect(JSON.parse(printed)).to.deep.equal({
      timestamp: "2023-11-14T22:13:20.000Z",
      level: "ERROR",
      message: FAILURE,
      requestId: REQUEST_ID,
      kind: "throttled",
      cause: { name: "ThrottlingException", message: "Rate exceeded" },
    });
  });

  it("never answers with a part of the parameters", async () => {
    for (const failsAt of [1, 2, 3]) {
      const answer: Answer = (input, call) =>
        call === failsAt ? failing(input, call) : stored(25)(input, call);
      const overApi = await handle(answer, PROXY_EVENT);
      expect(overApi.result, `page ${failsAt}`).to.include({ statusCode: 502 });
      expect(overApi.result).to.have.property("body").that.does.not.contain("value-");
      expect((await handle(answer, {})).result, `page ${failsAt}`).to.equal(undefined);
    }
  });
});

describe("fetch-parameters handler if a later read fails", () => {
  const TTL = 60_000;
  /** Succeeds once, then fails. */
  const once: Answer = (input, call) => (call > 1 ? failing(input, call) : stored(2)(input, call));
  const messages = { "name-0": "value-0", "name-1": "value-1" };

  async function stale(event: unknown) {
    const all = environment(once);
    const fresh = await all.invoke(event);
    await all.clock.advance(TTL + 1_500);
    return { ...all, fresh, result: await all.invoke(event) };
  }

  it("answers with the old messages, marked stale, with their age in seconds", async () => {
    const { fresh, result } = await stale(PROXY_EVENT);
    expect(fresh).to.have.property("body", JSON.stringify({ messages }));
    expect(result).to.deep.equal({
      statusCode: 200,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        warning: '110 - "Response is Stale"',
        age: "61",
      },
      body: JSON.stringify({ messages }),
    });
  });

  it("marks a direct invocation's answer as stale only if the read failed", async () => {
    const { fresh, result } = await stale({});
    expect(fresh).to.deep.equal({ messages });
    expect(result).to.deep.equal({ messages, stale: true });
  });

  it("logs the failed read once, as a warning, however many answers it affects", async () => {
    const { invoke, calls, printed } = await stale(PROXY_EVENT);
    await Promise.all(Array.from({ length: 50 }, () => invoke(PROXY_EVENT)));
    expect(calls).to.have.length(2);
    expect(printed).to.have.length(1);
    expect(JSON.parse(printed[0] ?? "")).to.include({
      level: "WARN",
      kind: "throttled",
      requestId: REQUEST_ID,
    });
    expect(printed[0]).not.to.contain("value-");
  });

  it("answers 502 if the copy is older than staleIfError allows", async () => {
    const { invoke, clock } = await stale(PROXY_EVENT);
    await clock.advance(600_000);
    expect(await invoke(PROXY_EVENT)).to.include({ statusCode: 502 });
  });

  it("answers a thousand concurrent callers with one read", async () => {
    const { invoke, calls } = environment(stored(25));
    const results = await Promise.all(Array.from({ length: 1000 }, () => invoke(PROXY_EVENT)));
    expect(calls).to.have.length(3); // Three pages.
    expect(new Set(results.map((result) => JSON.stringify(result)))).to.have.property("size", 1);
  });

  it("freezes the messages, so that no caller can change another's answer", async () => {
    const { invoke } = environment(stored(1));
    const first = await invoke({});
    expect(isRecord(first) && Object.isFrozen(first.messages)).to.equal(true);
  });
});

describe("fetch-parameters handler with CORS", () => {
  it("names the configured origin in every answer, successful or not", async () => {
    for (const answer of [stored(1), stored(0), failing]) {
      const { result } = await handle(answer, PROXY_EVENT, { allowOrigin: "https://example.org" });
      expect(result).to.have.nested.property("headers.access-control-allow-origin", "https://example.org");
      const without = await handle(answer, PROXY_EVENT);
      expect(without.result).not.to.have.nested.property("headers.access-control-allow-origin");
    }
  });
});

describe("fetch-parameters handler behind a load balancer", () => {
  const targetGroupArn =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/door/0123456789abcdef";
  /** An event as Elastic Load Balancing sends it, with multi-value headers on. */
  const balanced = (change: object = {}) => ({
    requestContext: { elb: { targetGroupArn } },
    httpMethod: "GET",
    path: "/direct",
    multiValueQueryStringParameters: {},
    multiValueHeaders: { host: ["api.example.com"], "x-forwarded-for": ["10.30.0.5"] },
    body: "",
    isBase64Encoded: false,
    ...change,
  });

  it("answers GET of its path in the load balancer's form, with lists of header values", async () => {
    const { result } = await handle(stored(1), balanced());
    expect(result).to.deep.equal({
      statusCode: 200,
      statusDescription: "200 OK",
      isBase64Encoded: false,
      multiValueHeaders: { "content-type": ["application/json"], "cache-control": ["no-store"] },
      body: '{"messages":{"name-0":"value-0"}}',
    });
  });

  it("answers with single header values if the target group has no multi-value headers", async () => {
    const { multiValueHeaders: _, ...event } = balanced({ headers: { host: "api.example.com" } });
    const { result } = await handle(stored(1), event);
    expect(result).to.have.property("headers").that.includes({ "cache-control": "no-store" });
    expect(result).not.to.have.property("multiValueHeaders");
  });

  for (const path of ["/direct/", "/direct/1", "/Direct", "/messages", "//direct", "/%64irect"]) {
    it(`answers 404 at ${path}, and reads nothing`, async () => {
      const { result, calls } = await handle(stored(1), balanced({ path }));
      expect(result).to.include({ statusCode: 404, statusDescription: "404 Not Found" });
      expect(calls).to.deep.equal([]);
    });
  }

  for (const httpMethod of ["POST", "HEAD", "OPTIONS", "get"]) {
    it(`answers ${httpMethod} with 405, and says that GET is allowed`, async () => {
      const { result, calls } = await handle(stored(1), balanced({ httpMethod }));
      expect(result).to.include({ statusCode: 405, statusDescription: "405 Method Not Allowed" });
      expect(result)
        .to.have.property("multiValueHeaders")
        .that.deep.includes({ allow: ["GET"] });
      expect(calls).to.deep.equal([]);
    });
  }

  it("answers the health check without reading parameters", async () => {
    const check = balanced({ path: "/", multiValueHeaders: { "user-agent": ["ELB-HealthChecker/2.0"] } });
    const { result, calls } = await handle(failing, check);
    expect(result).to.include({ statusCode: 200, body: '{"message":"OK"}' });
    expect(calls).to.deep.equal([]);
  });

  it("answers nothing but health checks if no route leads to it", async () => {
    const { result } = await handle(stored(1), balanced(), { loadBalancerPaths: [] });
    expect(result).to.include({ statusCode: 404 });
  });

  it("answers 404 and 502 in the same form", async () => {
    const { result: absent } = await handle(stored(0), balanced());
    expect(absent).to.include({ statusCode: 404, statusDescription: "404 Not Found" });
    const { result: failed } = await handle(failing, balanced());
    expect(failed).to.include({ statusCode: 502, statusDescription: "502 Bad Gateway" });
  });

  it("answers 502 with one clear error above 1 MB, which an API would still pass on", async () => {
    const large: Answer = () => ({ Parameters: [{ Name: "/messages/a", Value: "x".repeat(1_048_576) }] });
    const { result, printed } = await handle(large, balanced());
    expect(result).to.include({ statusCode: 502 });
    expect(printed).to.contain("a load balancer answers with at most 1048576");
    expect((await handle(large, PROXY_EVENT)).result).to.include({ statusCode: 200 });
  });
});

describe("fetch-parameters handler with parameters in several levels", () => {
  const deep: Answer = () => ({
    Parameters: [
      { Name: "/messages/a/host", Value: "value-a" },
      { Name: "/messages/b/host", Value: "value-b" },
      { Name: "/messages/port", Value: "value-port" },
    ],
  });

  it("serves one of equal last segments, and tells both in the log by name, once", async () => {
    const { invoke, printed, clock } = environment(deep, { recursive: true });
    for (let i = 0; i < 3; i += 1) {
      expect(bodyOf(await invoke(PROXY_EVENT))).to.deep.equal({
        messages: { host: "value-b", port: "value-port" },
      });
      await clock.advance(60_000);
    }
    expect(printed).to.have.length(1);
    const line: unknown = JSON.parse(printed[0] ?? "");
    expect(line).to.include({ level: "WARN", timestamp: "2023-11-14T22:13:20.000Z" });
    expect(line).to.have.deep.property("clashes", [
      { served: "/messages/b/host", notServed: ["/messages/a/host"] },
    ]);
    expect(printed[0]).to.contain("parameters.keys").and.not.to.contain("value-");
  });

  it("serves all of them by their relative names if keys is relative, and warns of nothing", async () => {
    const { invoke, printed } = environment(deep, { recursive: true, keys: "relative" });
    expect(bodyOf(await invoke(PROXY_EVENT))).to.deep.equal({
      messages: { "a/host": "value-a", "b/host": "value-b", port: "value-port" },
    });
    expect(printed).to.deep.equal([]);
  });

  it("does not take a parameter that two pages contain for two", async () => {
    const twice: Answer = (_, call) => ({
      Parameters: [{ Name: "/messages/host", Value: `value-${call}` }],
      ...(call === 1 && { NextToken: "1" }),
    });
    const { result, printed } = await handle(twice, PROXY_EVENT);
    expect(bodyOf(result)).to.deep.equal({ messages: { host: "value-2" } });
    expect(printed).to.equal("");
  });
});

describe("fetch-parameters handler with many parameters", () => {
  const LIMIT = 6_291_556;
  /** Pages of ten advanced parameters, which have up to 8 KB each. */
  function large(count: number, value = "x".repeat(8_000)): Answer {
    return ({ NextToken = "0" }) => {
      const from = Number(NextToken);
      const end = Math.min(from + 10, count);
      return {
        Parameters: Array.from({ length: end - from }, (_, i) => ({
          Name: `/messages/${from + i}`,
          Value: value,
        })),
        ...(end < count && { NextToken: String(end) }),
      };
    };
  }

  it("answers up to what Lambda passes on", async () => {
    const { result, printed } = await handle(large(700), PROXY_EVENT);
    expect(result).to.include({ statusCode: 200 });
    expect(Buffer.byteLength(JSON.stringify(result))).to.be.within(0.85 * LIMIT, 0.9 * LIMIT);
    expect(printed).to.equal("");
  });

  it("warns once if the answer is nearly as large as Lambda passes on", async () => {
    const { invoke, printed, clock } = environment(large(780));
    for (let i = 0; i < 3; i += 1) {
      const result = await invoke(PROXY_EVENT);
      expect(result).to.include({ statusCode: 200 });
      expect(Buffer.byteLength(JSON.stringify(result))).to.be.within(0.9 * LIMIT, LIMIT);
      await clock.advance(60_000);
    }
    expect(printed).to.have.length(1);
    expect(JSON.parse(printed[0] ?? "")).to.include({ level: "WARN" });
    expect(printed[0]).to.contain("under /messages").and.to.contain(String(LIMIT));
  });

  for (const [what, answer] of [
    ["the values are too large", large(10_000)],
    ["the answer is too large with its escaped quotes", large(500, '"'.repeat(8_000))],
  ] as const) {
    it(`answers 502 with one clear error if ${what}, before Lambda cuts it off`, async () => {
      for (const event of [PROXY_EVENT, {}]) {
        const { result, thrown, printed, calls } = await handle(answer, event);
        expect(calls.length, "pages until it gave up").to.be.lessThan(100);
        const message = String(thrown ?? JSON.stringify(bodyOf(result)));
        expect(message).to.contain("under /messages is too large").and.to.contain("parameters.path");
        if (event === PROXY_EVENT) expect(result).to.include({ statusCode: 502 });
        const line: unknown = JSON.parse(printed);
        expect(line).to.include({ level: "ERROR", kind: "unusable", requestId: REQUEST_ID });
        expect(printed).to.contain("too large").and.not.to.contain("xxx");
      }
    });
  }

  it("ends the read if a page's token comes again", async () => {
    const { result, printed, calls } = await handle(
      () => ({ Parameters: [{ Name: "/messages/a", Value: "value-a" }], NextToken: "again" }),
      PROXY_EVENT,
    );
    expect(result).to.include({ statusCode: 502 });
    expect(calls).to.have.length(2);
    expect(printed).to.contain("the pages of /messages do not end");
  });

  it("ends the read if tokens are new for ever, with pages or without", async () => {
    for (const [Parameters, most] of [
      [[{ Name: "/messages/a", Value: "" }], 11_001],
      [[], 100],
    ] as const) {
      const { result, calls } = await handle(
        (_, call) => ({ Parameters, NextToken: String(call) }),
        PROXY_EVENT,
      );
      expect(result).to.include({ statusCode: 502 });
      expect(calls).to.have.length(most);
    }
  });

  it("stops to read at the deadline, even if the pages never end", async () => {
    let clock: FakeClock | undefined;
    const all = environment((_, call) => {
      clock?.freeze(1_000);
      return { Parameters: [{ Name: `/messages/${call}`, Value: "value" }], NextToken: String(call) };
    });
    clock = all.clock;
    const result = all.invoke(PROXY_EVENT);
    await all.clock.advance(10_000);
    expect(await result).to.include({ statusCode: 502 });
    const { length } = all.calls;
    await all.clock.advance(10_000);
    expect(all.calls).to.have.length(length);
  });
});
