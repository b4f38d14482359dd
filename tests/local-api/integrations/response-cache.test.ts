import { expect } from "chai";
import { ResponseCache } from "../../../local-api/integrations/response-cache.js";
import type { ApiRequest, ApiResponse } from "../../../local-api/request/messages.js";
import type { RunningApi } from "../../../local-api/running-api.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having, TestClock, using } from "../support.js";

/** Answers with its number of calls. */
const COUNT =
  "globalThis.n = (globalThis.n ?? 0) + 1; return { statusCode: 200, body: String(globalThis.n) }";

const routes = apiOf([
  {
    method: "GET",
    path: "/messages",
    code: COUNT,
    integration: {
      cacheKeyParameters: ["method.request.querystring.lang", "method.request.header.X-Tenant"],
    },
  },
  { method: "GET", path: "/messages/{id}", code: COUNT },
  {
    method: "GET",
    path: "/items/{id}",
    code: COUNT,
    integration: { cacheKeyParameters: ["method.request.path.id"] },
  },
  { method: "POST", path: "/messages", code: COUNT },
  { method: "GET", path: "/error", code: `${COUNT.replace("200", "404")}` },
  { method: "GET", path: "/throws", code: "globalThis.n = 1; throw new Error('no')" },
  { method: "GET", path: "/large", code: "return { statusCode: 200, body: 'x'.repeat(1048577) }" },
]);

type Settings = Readonly<Record<string, unknown>>;
const set = (synthesis: Synthesis, methodPath: string, settings: Settings) =>
  having(synthesis, [
    "apigateway/methodSettings:MethodSettings",
    methodPath,
    { restApi: "api-id", stageName: "v1", methodPath, settings },
  ]);

/** A stack with a cache, and settings for all methods. */
const cached = (settings: Settings = {}, synthesis = routes) =>
  set(changed(synthesis, "stage", { cacheClusterEnabled: true, cacheClusterSize: "0.5" }), "*/*", {
    cachingEnabled: true,
    ...settings,
  });

const FRESH = { "Cache-Control": "no-transform, Max-Age=0" };
const SIGNED = { Authorization: "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b" };

const get = (api: RunningApi, path: string, more: Partial<ApiRequest> = {}): Promise<ApiResponse> =>
  api.call({ method: "GET", path, ...more });
const bodyOf = async (answer: Promise<ApiResponse>) => (await answer).body;

describe("throughCache", () => {
  it("repeats an answer until its TTL ends, and notes hit or miss only for the terminal", async () => {
    const clock = new TestClock();
    await using(
      cached({ cacheTtlInSeconds: 60 }),
      async (api) => {
        const first = await get(api, "/messages");
        expect([first.body, first.notes]).to.deep.equal(["1", ["cache miss, kept 60 s"]]);
        clock.pass(59);
        const second = await get(api, "/messages");
        expect([second.body, second.notes]).to.deep.equal(["1", ["cache hit, 59 s old"]]);
        expect(Object.keys(second.headers)).to.deep.equal(Object.keys(first.headers));
        clock.pass(1);
        expect(await bodyOf(get(api, "/messages"))).to.equal("2");
      },
      clock.now,
    );
  });

  it("keeps an answer for 300 s by default, and for at most an hour", async () => {
    await using(cached(), async (api) =>
      expect(api.about("GET /items/{id}")).to.deep.equal(["cached 300 s by path.id"]),
    );
    await using(cached({ cacheTtlInSeconds: 9999 }), async (api) =>
      expect(api.about("GET /messages")).to.deep.equal([
        "cached 3600 s by header.X-Tenant, querystring.lang",
      ]),
    );
  });

  it("tells requests apart only by the cache key parameters", async () => {
    await using(cached(), async (api) => {
      const asked: Partial<ApiRequest>[] = [
        {},
        { query: "lang=de" },
        { query: "lang=fr" },
        { query: "lang=de&other=1" },
        { query: "lang=de", headers: { "x-tenant": "a" } },
        { query: "lang=de", headers: { "X-Tenant": "b" } },
      ];
      const bodies: string[] = [];
      for (const one of asked) bodies.push(await bodyOf(get(api, "/messages", one)));
      const [none, german, french, same, a, b] = bodies;
      expect(new Set([none, german, french, a, b]).size).to.equal(5);
      expect(same).to.equal(german);
    });
  });

  it("ignores path parameters unless they are cache key parameters", async () => {
    await using(cached(), async (api) => {
      expect(await bodyOf(get(api, "/messages/1"))).to.equal("1");
      expect(await bodyOf(get(api, "/messages/2"))).to.equal("1");
      expect(await bodyOf(get(api, "/items/1"))).to.equal("1");
      expect(await bodyOf(get(api, "/items/2"))).to.equal("2");
    });
  });

  it("caches only GET methods, unless a method's own settings enable caching", async () => {
    const post = { method: "POST", path: "/messages" };
    const own = set(cached(), "messages/POST", { cachingEnabled: true });
    for (const [synthesis, second] of [
      [cached(), "2"],
      [own, "1"],
    ] as const) {
      await using(synthesis, async (api) => {
        expect(await bodyOf(api.call(post))).to.equal("1");
        expect(await bodyOf(api.call(post))).to.equal(second);
      });
    }
  });

  it("uses API Gateway's defaults for what a method's own settings do not set", async () => {
    const own = set(cached({ cacheTtlInSeconds: 60 }), "items~1{id}/GET", { cachingEnabled: true });
    await using(own, async (api) =>
      expect(api.about("GET /items/{id}")).to.deep.equal(["cached 300 s by path.id"]),
    );
    const silent = set(cached(), "items~1{id}/GET", { throttlingRateLimit: 5, throttlingBurstLimit: 5 });
    await using(silent, async (api) =>
      expect(api.about("GET /items/{id}")).to.deep.equal(["5 requests a second, 5 at once"]),
    );
  });

  const without: [reason: string, synthesis: Synthesis][] = [
    ["the stage has none", set(routes, "*/*", { cachingEnabled: true })],
    ["it is off for the method", set(cached(), "messages/GET", { cachingEnabled: false })],
    ["its time is 0", cached({ cacheTtlInSeconds: 0 })],
    ["no method is cached", cached({ cachingEnabled: false })],
  ];
  for (const [reason, synthesis] of without) {
    it(`caches nothing if ${reason}`, async () => {
      await using(synthesis, async (api) => {
        expect(await bodyOf(get(api, "/messages"))).to.equal("1");
        const { body, notes } = await get(api, "/messages");
        expect([body, notes]).to.deep.equal(["2", undefined]);
      });
    });
  }

  it("caches error answers of a function, but no errors of API Gateway", async () => {
    await using(cached(), async (api) => {
      expect(await bodyOf(get(api, "/error"))).to.equal("1");
      const again = await get(api, "/error");
      expect([again.statusCode, again.body]).to.deep.equal([404, "1"]);
      for (let i = 0; i < 2; i++) {
        const { statusCode, notes } = await get(api, "/throws");
        expect([statusCode, notes]).to.deep.equal([502, ["cache miss, not kept"]]);
      }
    });
  });

  it("does not cache a response above 1 MB", async () => {
    await using(cached(), async (api) => {
      for (let i = 0; i < 2; i++) {
        expect((await get(api, "/large")).notes).to.deep.equal(["cache miss, not kept: larger than 1 MB"]);
      }
    });
  });

  describe("with Cache-Control: max-age=0", () => {
    const afresh = (api: RunningApi, headers: Readonly<Record<string, string>> = {}) =>
      get(api, "/messages", { headers: { ...FRESH, ...headers } });

    it("gives any caller a fresh answer and caches it if no authorization is required", async () => {
      await using(cached({ requireAuthorizationForCacheControl: false }), async (api) => {
        expect(await bodyOf(get(api, "/messages"))).to.equal("1");
        expect(await bodyOf(afresh(api))).to.equal("2");
        expect(await bodyOf(get(api, "/messages"))).to.equal("2");
      });
    });

    it("gives a signed request a fresh answer if the method has AWS_IAM authorization", async () => {
      const iam = changed(cached(), "m0", { authorization: "AWS_IAM" });
      await using(iam, async (api) => {
        expect(await bodyOf(get(api, "/messages", { headers: SIGNED }))).to.equal("1");
        expect(await bodyOf(afresh(api, SIGNED))).to.equal("2");
      });
    });

    const strategies: [strategy: string | undefined, warning: boolean][] = [
      [undefined, true],
      ["SUCCEED_WITH_RESPONSE_HEADER", true],
      ["SUCCEED_WITHOUT_RESPONSE_HEADER", false],
    ];
    for (const [strategy, warns] of strategies) {
      it(`gives an unauthorized caller the cached answer${warns ? " with a warning" : ""} for ${strategy ?? "the default"}`, async () => {
        await using(cached({ unauthorizedCacheControlHeaderStrategy: strategy }), async (api) => {
          await get(api, "/messages");
          const { body, headers, notes } = await afresh(api, SIGNED); // the method needs no signature, so it does not count
          expect(body).to.equal("1");
          expect(headers.Warning?.startsWith("199 ") ?? false).to.equal(warns);
          expect(notes?.[1]).to.match(/^Cache-Control ignored/);
          expect((await get(api, "/messages")).headers.Warning).to.equal(undefined);
        });
      });
    }

    it("refuses an unauthorized caller for FAIL_WITH_403", async () => {
      await using(cached({ unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403" }), async (api) => {
        await get(api, "/messages");
        const { statusCode, reason } = await afresh(api);
        expect([statusCode, reason]).to.deep.equal([
          403,
          "only who may execute-api:InvalidateCache may send Cache-Control: max-age=0",
        ]);
        expect((await get(api, "/messages")).body).to.equal("1");
      });
    });
  });

  it("drops the oldest answer from a full ResponseCache", () => {
    const cache = new ResponseCache(() => 0);
    const response = { statusCode: 200, headers: {}, body: "x".repeat(1_000_000) };
    for (let i = 0; i < 70; i++) expect(cache.set(`${i}`, response, 60)).to.equal(true);
    expect([cache.get("0"), cache.get("69")?.response]).to.deep.equal([undefined, response]);
  });
});
