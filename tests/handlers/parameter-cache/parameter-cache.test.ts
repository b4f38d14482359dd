import { expect } from "chai";
import {
  AwsClient,
  binary,
  type FinishedRead,
  json,
  NotFoundError,
  ParameterCache,
  type ParameterCacheArgs,
  ReadFailedError,
  stringList,
  UnusableValueError,
} from "../../../handlers/parameter-cache/index.js";
import { ParameterStore, startAwsServer } from "../../../local-api/index.js";
import { FakeAws, serviceError } from "./fake-aws.js";
import { FakeClock, settle } from "./fake-clock.js";

function setUp(args: ParameterCacheArgs = {}) {
  const aws = new FakeAws();
  const clock = new FakeClock();
  const reads: FinishedRead[] = [];
  const cache = new ParameterCache({
    aws,
    clock,
    random: () => 0.5,
    onRead: (read) => reads.push(read),
    ...args,
  });
  return { aws, clock, cache, reads };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error,
  );

/** An invocation with ten seconds left. */
const CONTEXT = { awsRequestId: "request", getRemainingTimeInMillis: () => 10_000 };

describe("ParameterCache", () => {
  describe(".parameter", () => {
    it("reads one parameter, decrypted, once for all callers", async () => {
      const { aws, cache } = setUp();
      aws.put("/orders/token", "one");
      const token = cache.parameter("/orders/token");
      const values = await Promise.all(Array.from({ length: 1_000 }, () => token.get(CONTEXT)));
      expect(new Set(values)).to.deep.equal(new Set(["one"]));
      expect(aws.calls).to.deep.equal([
        {
          service: "ssm",
          operation: "GetParameters",
          input: { Names: ["/orders/token"], WithDecryption: true },
        },
      ]);
    });

    it("reads a version or a label", async () => {
      const { aws, cache } = setUp();
      aws
        .put("/token", "one")
        .put("/token", "two", { labels: ["blue"] })
        .put("/token", "three");
      expect(await cache.parameter("/token:1").get()).to.equal("one");
      expect(await cache.parameter("/token:blue").get()).to.equal("two");
      expect(await cache.parameter("/token").get()).to.equal("three");
      expect(await errorOf(cache.parameter("/token:4").get())).to.be.instanceOf(NotFoundError);
    });

    it("reads again when the value is too old, and not earlier", async () => {
      const { aws, clock, cache } = setUp({ ttlInSeconds: 10 });
      aws.put("/token", "one");
      const token = cache.parameter("/token");
      await token.get();
      aws.put("/token", "two");
      await clock.advance(6_000);
      expect(await token.get()).to.equal("one");
      await clock.advance(4_001);
      expect(await token.get()).to.equal("two");
    });

    it("keeps a value for ever, or not at all, if the time says so", async () => {
      const { aws, clock, cache } = setUp();
      aws.put("/token", "one");
      const [forEver, never] = [Number.POSITIVE_INFINITY, 0].map((ttlInSeconds) =>
        cache.parameter("/token", { ttlInSeconds }),
      );
      await forEver?.get();
      await clock.advance(1e12);
      await forEver?.get();
      expect(aws.calls).to.have.length(1);
      await never?.get();
      await never?.get();
      expect(aws.calls).to.have.length(3);
    });

    it("shares reads between values of the same name and options that are created in the handler", async () => {
      const { aws, cache } = setUp();
      aws.put("/ports", "[1]");
      for (let i = 0; i < 3; i += 1) {
        expect(
          await cache.parameter("/ports", { transform: (text) => JSON.parse(text) }).get(),
        ).to.deep.equal([1]);
        expect(await cache.parameter("/ports").get()).to.equal("[1]");
      }
      expect(aws.calls).to.have.length(1);
      await cache.parameter("/ports", { decrypt: false }).get();
      expect(aws.calls).to.have.length(2);
      expect(aws.calls[1]?.input).to.include({ WithDecryption: false });
    });

    it("throws an error with the name if there is none, and asks again after five seconds", async () => {
      const { aws, clock, cache, reads } = setUp();
      const token = cache.parameter("/token");
      const error = await errorOf(token.get());
      expect(error).to.be.instanceOf(NotFoundError).with.property("message", "There is no /token.");
      await errorOf(token.get());
      expect(aws.calls).to.have.length(1);
      await clock.advance(5_000);
      aws.put("/token", "one");
      expect(await token.get()).to.equal("one");
      expect(reads.map((read) => read.error)).to.deep.equal([undefined, undefined]);
    });

    it("refuses an empty name and a wrong time before it reads", () => {
      const { cache } = setUp();
      expect(() => cache.parameter("")).to.throw(TypeError, "empty");
      expect(() => cache.path("orders")).to.throw(
        TypeError,
        'The path is "orders". Write one that starts with',
      );
      for (const ttlInSeconds of [-1, Number.NaN]) {
        expect(() => cache.parameter("/token", { ttlInSeconds })).to.throw(RangeError, "ttlInSeconds is");
        expect(() => setUp({ ttlInSeconds })).to.throw(RangeError, "ttlInSeconds is");
      }
    });
  });

  describe("with transforms", () => {
    it("gives the items of a StringList, JSON that was checked, and bytes", async () => {
      const { aws, cache } = setUp();
      aws.put("/hosts", "a,b", { type: "StringList" }).put("/settings", '{"port":1}').put("/key", "AQI=");
      const hosts: readonly string[] = await cache.parameter("/hosts", { transform: stringList }).get();
      expect(hosts).to.deep.equal(["a", "b"]);
      const settings = cache.parameter("/settings", { transform: json((value) => ({ value })) });
      expect((await settings.get()).value).to.deep.equal({ port: 1 });
      const key: Uint8Array = await cache.parameter("/key", { transform: binary }).get();
      expect([...key]).to.deep.equal([1, 2]);
      const wrong = cache.parameter("/settings", { transform: stringList });
      expect(String(await errorOf(wrong.get()))).to.contain("/settings is a SecureString, not a StringList");
    });

    it("runs a transform once for each value that was read", async () => {
      const { aws, clock, cache } = setUp({ ttlInSeconds: 10 });
      aws.put("/token", "one");
      let runs = 0;
      const token = cache.parameter("/token", { transform: (value) => ({ value, run: ++runs }) });
      const [first, second] = [await token.get(), await token.get()];
      expect(first).to.equal(second);
      await clock.advance(11_000);
      expect((await token.get()).run).to.equal(2);
    });

    it("answers with the last good value, marked stale, if a new one cannot be used", async () => {
      const { aws, clock, cache } = setUp({ ttlInSeconds: 10, staleIfErrorInSeconds: 100 });
      aws.put("/settings", '{"port":1}');
      const settings = cache.parameter("/settings", { transform: json((value) => value) });
      await settings.get();
      aws.put("/settings", '{"port":hunter2');
      await clock.advance(11_000);
      expect(await settings.lookUp()).to.deep.include({ value: { port: 1 }, source: "stale", age: 11_000 });
      await clock.advance(100_000);
      const error = await errorOf(settings.get());
      expect(error).to.be.instanceOf(UnusableValueError);
      expect(String(error))
        .to.contain("/settings could not be transformed (SyntaxError)")
        .and.not.to.contain("hunter2");
      expect(error instanceof Error && error.cause).to.equal(undefined);
    });
  });

  describe(".group", () => {
    it("reads ten names a call, and gives each value its type", async () => {
      const { aws, cache } = setUp();
      for (let i = 0; i < 25; i += 1) aws.put(`/n/${i}`, `value ${i}`);
      const names = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`n${i}`, `/n/${i}`]));
      expect(await cache.group(names).get()).to.include({ n0: "value 0", n24: "value 24" });
      expect(aws.calls).to.have.length(3);
      aws.put("/port", "5432").put("/hosts", "a,b", { type: "StringList" });
      const group = cache.group({
        host: "/n/0",
        port: { name: "/port", transform: Number },
        hosts: { name: "/hosts", transform: stringList },
        comment: { name: "/comment", optional: true },
      });
      const value: {
        readonly host: string;
        readonly port: number;
        readonly hosts: readonly string[];
        readonly comment: string | undefined;
      } = await group.get();
      expect(value).to.deep.equal({ host: "value 0", port: 5432, hosts: ["a", "b"], comment: undefined });
      expect(aws.calls).to.have.length(4);
      expect(Object.isFrozen(value)).to.equal(true);
    });

    it("reads several versions of one parameter, which one call cannot", async () => {
      const { aws, cache } = setUp();
      aws.put("/token", "one").put("/token", "two", { labels: ["blue"] });
      const group = cache.group({
        newest: "/token",
        first: "/token:1",
        blue: "/token:blue",
        again: "/token",
      });
      expect(await group.get()).to.deep.equal({ newest: "two", first: "one", blue: "two", again: "two" });
    });

    it("finds what it asked for by ARN, and in answers without version and label", async () => {
      const { aws, cache } = setUp();
      aws.answersSelectors = false;
      aws.put("/token", "one").put("/token", "two", { labels: ["blue"] });
      const arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/token";
      const group = cache.group({ arn, first: `${arn}:1`, newest: "/token", blue: "/token:blue" });
      expect(await group.get()).to.deep.equal({ arn: "two", first: "one", newest: "two", blue: "two" });
    });

    it("names everything that is missing", async () => {
      const { aws, cache } = setUp();
      aws.put("/a", "1");
      const error = await errorOf(cache.group({ a: "/a", b: "/b", c: "/c:3" }).get());
      expect(error).to.be.instanceOf(NotFoundError).with.deep.property("names", ["/b", "/c:3"]);
    });

    it("never mixes values of two reads", async () => {
      const { aws, clock, cache } = setUp({ ttlInSeconds: 10 });
      aws.put("/user", "u1").put("/password", "p1");
      const login = cache.group({ user: "/user", password: "/password" });
      await login.get();
      aws.put("/user", "u2").put("/password", "p2");
      await clock.advance(11_000);
      expect(await login.get()).to.deep.equal({ user: "u2", password: "p2" });
    });

    it("reads nothing for an empty group", async () => {
      const { aws, cache } = setUp();
      expect(await cache.group({}).get()).to.deep.equal({});
      expect(aws.calls).to.deep.equal([]);
    });
  });

  describe(".path", () => {
    it("gives every parameter under a path by its relative name", async () => {
      const { aws, cache } = setUp();
      for (let i = 0; i < 12; i += 1) aws.put(`/orders/n${i}`, String(i));
      aws.put("/orders/db/host", "h").put("/ordersx/other", "no");
      expect(await cache.path("/orders").get()).to.have.all.keys(
        Array.from({ length: 12 }, (_, i) => `n${i}`),
      );
      const deep = await cache.path("/orders", { recursive: true }).get();
      expect(deep).to.include({ "db/host": "h", n11: "11" });
      expect(await cache.path("/", { recursive: true }).get()).to.have.property("ordersx/other", "no");
      expect(Object.isFrozen(deep)).to.equal(true);
    });

    it("passes filters on, and stops at the most bytes", async () => {
      const { aws, cache } = setUp();
      aws.put("/orders/a", "x".repeat(100));
      const filters = [{ Key: "Label", Option: "Equals", Values: ["blue"] }];
      await cache.path("/orders", { filters }).get();
      expect(aws.calls[0]?.input).to.deep.include({ ParameterFilters: filters });
      const error = await errorOf(cache.path("/orders", { mostBytes: 99 }).get());
      expect(error).to.be.instanceOf(UnusableValueError);
      expect(String(error)).to.contain("/orders are too large").and.not.to.contain("xx");
    });

    it("throws if there is nothing under it", async () => {
      const error = await errorOf(setUp().cache.path("/orders").get());
      expect(error)
        .to.be.instanceOf(NotFoundError)
        .with.property("message", "There is no parameter under /orders.");
    });
  });

  describe(".secret", () => {
    it("reads the current version of a secret, or another one", async () => {
      const { aws, cache } = setUp();
      aws.putSecret("db AWSCURRENT", { SecretString: '{"password":"p"}' });
      aws
        .putSecret("db AWSPREVIOUS", { SecretString: "old" })
        .putSecret("db id-1", { SecretString: "first" });
      expect(await cache.secret("db").get()).to.equal('{"password":"p"}');
      expect(await cache.secret("db", { versionStage: "AWSPREVIOUS" }).get()).to.equal("old");
      expect(await cache.secret("db", { versionId: "id-1" }).get()).to.equal("first");
      const login = cache.secret("db", { transform: json((value) => value) });
      expect(await login.get()).to.deep.equal({ password: "p" });
      expect(aws.calls).to.have.length(3);
      expect(aws.calls[0]).to.deep.equal({
        service: "secretsmanager",
        operation: "GetSecretValue",
        input: { SecretId: "db" },
      });
    });

    it("gives the bytes of a binary secret if it is asked to, and no text", async () => {
      const { aws, cache } = setUp();
      aws.putSecret("key AWSCURRENT", { SecretBinary: "AQI=" });
      expect([...(await cache.secret("key", { transform: binary }).get())]).to.deep.equal([1, 2]);
      expect(String(await errorOf(cache.secret("key").get()))).to.contain(
        "key is binary. Pass {transform: binary}",
      );
    });

    it("throws if there is none", async () => {
      const error = await errorOf(setUp().cache.secret("db").get());
      expect(error).to.be.instanceOf(NotFoundError).with.property("message", "There is no secret db.");
    });
  });

  describe("if reads fail", () => {
    it("answers with the old value, then throws an error that says what, why and no value", async () => {
      const { aws, clock, cache, reads } = setUp({ ttlInSeconds: 10, staleIfErrorInSeconds: 20 });
      aws.put("/token", "hunter2");
      const token = cache.parameter("/token");
      await token.get(CONTEXT);
      aws.fail = () => {
        throw serviceError("ThrottlingException");
      };
      await clock.advance(11_000);
      expect(await token.lookUp(CONTEXT)).to.include({ value: "hunter2", source: "stale", age: 11_000 });
      await clock.advance(20_000);
      const error = await errorOf(token.get(CONTEXT));
      expect(error).to.be.instanceOf(ReadFailedError).and.to.include({
        kind: "throttled",
        message: "Reading /token failed (throttled): AWS says ThrottlingException",
      });
      expect(reads.map(({ of, startedBy, covered }) => ({ of, startedBy, covered }))).to.deep.equal([
        { of: "/token", startedBy: "request", covered: true },
        { of: "/token", startedBy: "request", covered: true },
        { of: "/token", startedBy: "request", covered: false },
      ]);
      expect(JSON.stringify(reads)).not.to.contain("hunter2");
    });

    it("says why the last attempt failed if a read runs out of time", async () => {
      const { aws, clock, cache } = setUp();
      aws.ready = () => new Promise(() => {});
      const plain = errorOf(cache.parameter("/token").get(CONTEXT));
      await clock.advance(9_750);
      expect(await plain).to.include({ kind: "timedOut" });
      aws.call = async (_service, _operation, _input, options) => {
        options.onFailedAttempt?.(serviceError("ThrottlingException"));
        return new Promise(() => {});
      };
      const throttled = errorOf(cache.parameter("/other").get(CONTEXT));
      await clock.advance(9_750);
      expect(await throttled).to.include({ kind: "throttled" });
    });

    it("survives an error of onRead", async () => {
      const onRead = () => {
        throw new Error("no such log");
      };
      const { aws, cache } = setUp({ onRead });
      aws.put("/token", "one");
      expect(await cache.parameter("/token").get()).to.equal("one");
      await errorOf(cache.parameter("/none").get());
      await settle();
    });

    it("waits five seconds for a read if no invocation is given", async () => {
      const { aws, clock, cache } = setUp();
      aws.ready = () => new Promise(() => {});
      let isOver = false;
      const call = errorOf(cache.parameter("/token").get()).then(() => {
        isOver = true;
      });
      await clock.advance(4_999);
      expect(isOver).to.equal(false);
      await clock.advance(1);
      await call;
    });
  });

  it("reads from a server over HTTP with the client of a function", async () => {
    const parameters = Array.from({ length: 25 }, (_, i) => ({
      name: `/orders/n${i}`,
      type: "SecureString" as const,
      value: `value ${i}`,
    }));
    const server = await startAwsServer(new ParameterStore(parameters));
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    const aws = new AwsClient({ region: "eu-west-1", endpoint: server.url, credentials });
    try {
      const cache = new ParameterCache({ aws });
      expect(Object.keys(await cache.path("/orders").get(CONTEXT))).to.have.length(25);
      expect(await cache.group({ a: "/orders/n1:1", b: "/orders/n2" }).get()).to.deep.equal({
        a: "value 1",
        b: "value 2",
      });
      expect(await errorOf(cache.parameter("/orders/n1:2").get())).to.be.instanceOf(NotFoundError);
      const refused = await errorOf(cache.secret("db").get());
      expect(refused)
        .to.be.instanceOf(ReadFailedError)
        .with.property("message")
        .that.contains("does not serve");
    } finally {
      aws.destroy();
      await server.close();
    }
  });
});

describe("Cached.refresh", () => {
  it("reads at once, for all callers together, and throws where an old value would do for get", async () => {
    const { aws, cache } = setUp();
    aws.put("/token", "one");
    const token = cache.parameter("/token");
    await token.get();
    aws.put("/token", "two");
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => token.refresh())))).to.deep.equal(
      new Set(["two"]),
    );
    expect(aws.calls).to.have.length(2);
    expect(await token.get()).to.equal("two");
    aws.fail = () => {
      throw serviceError("AccessDeniedException");
    };
    expect(await errorOf(token.refresh())).to.include({ kind: "denied" });
    expect(await token.get()).to.equal("two");
  });

  it("does not take the value of a read that began before it was called", async () => {
    const { aws, clock, cache } = setUp();
    aws.put("/token", "one");
    const token = cache.parameter("/token");
    let answer = () => {};
    aws.ready = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const early = token.get();
    await clock.advance(1);
    const late = token.refresh();
    answer();
    await settle();
    expect(await early).to.equal("one");
    aws.put("/token", "two");
    answer();
    expect(await late).to.equal("two");
    expect(aws.calls).to.have.length(2);
  });
});

describe("Cached.withRefresh", () => {
  const refused = new Error("password authentication failed");
  const refreshOn = (error: unknown) => error === refused;
  /** A database that takes one password. */
  const database = (right: string) => {
    const tried: string[] = [];
    const connect = async (password: string) => {
      tried.push(password);
      if (password !== right) throw refused;
      return `connected with ${password}`;
    };
    return { tried, connect };
  };

  function rotated() {
    const all = setUp();
    all.aws.put("/password", "old");
    const password = all.cache.parameter("/password");
    return { ...all, password };
  }

  it("fetches the new password, and tries again", async () => {
    const { aws, password } = rotated();
    await password.get();
    aws.put("/password", "new");
    const { tried, connect } = database("new");
    expect(await password.withRefresh(connect, { refreshOn })).to.equal("connected with new");
    expect(tried).to.deep.equal(["old", "new"]);
    expect(await password.get()).to.equal("new");
  });

  it("fetches it once for all callers that failed together", async () => {
    const { aws, password } = rotated();
    await password.get();
    aws.put("/password", "new");
    const { connect } = database("new");
    const all = Array.from({ length: 100 }, () => password.withRefresh(connect, { refreshOn }));
    expect(new Set(await Promise.all(all))).to.deep.equal(new Set(["connected with new"]));
    expect(aws.calls).to.have.length(2);
  });

  it("takes the value that another caller has fetched meanwhile", async () => {
    const { aws, clock, password } = rotated();
    await password.get();
    aws.put("/password", "new");
    const result = password.withRefresh(
      async (value) => {
        if (value === "old") {
          await clock.advance(10);
          await password.refresh();
          throw refused;
        }
        return value;
      },
      { refreshOn },
    );
    expect(await result).to.equal("new");
    expect(aws.calls).to.have.length(2);
  });

  it("does not try the same password twice, and reads at most every ten seconds if none is right", async () => {
    const { aws, clock, password } = rotated();
    const { tried, connect } = database("another");
    for (let i = 0; i < 20; i += 1) {
      expect(await errorOf(password.withRefresh(connect, { refreshOn }))).to.equal(refused);
      await clock.advance(1_000);
    }
    expect(tried).to.have.length(20);
    expect(aws.calls).to.have.length(3);
  });

  it("reads nothing for another error, and passes it on", async () => {
    const { aws, password } = rotated();
    const other = new Error("no such table");
    const fail = () => {
      throw other;
    };
    expect(await errorOf(password.withRefresh(fail, { refreshOn }))).to.equal(other);
    expect(aws.calls).to.have.length(1);
  });

  it("throws the caller's own error if the new value cannot be read, and pauses", async () => {
    const { aws, password } = rotated();
    await password.get();
    aws.fail = () => {
      throw serviceError("ThrottlingException");
    };
    const { connect } = database("new");
    for (let i = 0; i < 10; i += 1) {
      expect(await errorOf(password.withRefresh(connect, { refreshOn }))).to.equal(refused);
    }
    expect(aws.calls).to.have.length(2);
  });
});
