import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import type { RunningApi } from "../../local-api/running-api.js";
import { stackFile } from "../support/stacks.js";
import { TestClock, using } from "./support.js";

const API = {
  throttling: { rateLimit: 50, burstLimit: 20 },
  caching: { size: 0.5, ttlInSeconds: 60 },
  methods: {
    "GET /messages": { apiKeyRequired: true, caching: { ttlInSeconds: 30, keys: ["querystring.lang"] } },
  },
  usagePlans: {
    gold: { keys: ["web"], quota: { limit: 7, period: "DAY" }, throttling: { rateLimit: 1, burstLimit: 3 } },
  },
  hardening: true,
  webAcl: {},
};

describe("startApi, for an API with all features on", () => {
  const clock = new TestClock(Date.UTC(2026, 0, 1));
  const GET = "GET /messages";
  const call = (api: RunningApi, more: Readonly<Record<string, string>> = {}) =>
    api.call({
      method: "GET",
      path: "/messages",
      headers: { ...api.headersFor(GET), ...more },
      from: "internet",
    });

  it("applies API key, limits, cache and quota in order", async () => {
    const synthesis = await synthesizeProgram(stackFile("dev", { api: API }));
    await using(
      synthesis,
      async (api) => {
        expect(api.about(GET)).to.deep.equal([
          "API key",
          "50 requests a second, 20 at once",
          "cached 30 s by querystring.lang",
        ]);
        expect(api.remarks).to.deep.equal(["The web ACL is not applied here."]);

        const without = await api.call({ method: "GET", path: "/messages", from: "internet" });
        expect(without.statusCode).to.equal(403);
        expect(JSON.parse(without.body)).to.deep.equal({
          message: "The header x-api-key has no valid API key",
          requestId: without.headers["x-amzn-RequestId"],
        });

        const statuses: unknown[] = [];
        for (let i = 0; i < 4; i++) {
          const { statusCode, notes } = await call(api);
          statuses.push([statusCode, notes?.[0]]);
        }
        expect(statuses).to.deep.equal([
          [200, "cache miss, kept 30 s"],
          [200, "cache hit, 0 s old"],
          [200, "cache hit, 0 s old"],
          [429, undefined],
        ]);

        clock.pass(10);
        expect((await call(api, { "Cache-Control": "max-age=0" })).statusCode).to.equal(403); // no caller may invalidate the cache
        clock.pass(10);
        expect((await call(api)).notes).to.deep.equal(["cache hit, 20 s old"]);
        clock.pass(10);
        expect((await call(api)).notes).to.deep.equal(["cache miss, kept 30 s"]);

        clock.pass(10);
        expect((await call(api)).statusCode).to.equal(200); // the seventh of the quota
        const exceeded = await call(api);
        expect([exceeded.statusCode, exceeded.headers["x-amzn-ErrorType"]]).to.deep.equal([
          429,
          "LimitExceededException",
        ]);
      },
      clock.now,
    );
  });
});
