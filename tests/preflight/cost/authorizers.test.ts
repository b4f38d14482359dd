import { expect } from "chai";
import { DEFAULT_USAGE, forecastCost } from "../../../preflight/cost/index.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import { synthesisOf } from "../../support/stacks.js";

async function linesOf(settings: object, name: string, usage: object = {}) {
  const { resources } = await synthesisOf("dev", { api: settings });
  const { lines } = forecastCost(graphFromResources(resources), { ...DEFAULT_USAGE, ...usage }, "us-east-1");
  return lines.filter(({ resource }) => resource.name === name);
}

const methods = (authorization: string) => ({ "GET /messages": { authorization } });
const jwt = (resultTtlInSeconds: number) => ({
  authorizers: {
    partners: { jwt: { issuer: "https://id.example.com", audience: ["a"], resultTtlInSeconds } },
  },
  methods: methods("partners"),
});
const pool = (tier: string) => ({
  authorizers: { users: { userPool: { tier } } },
  methods: methods("users"),
});

describe("forecastCost of who may call", () => {
  const requests = async (ttl: number, usage: object = {}) =>
    (await linesOf(jwt(ttl), "authorizer-partners-function", usage)).find(({ what }) => what === "requests")
      ?.quantity;

  it("counts an authorizer's function once for each request, if no answer is kept", async () => {
    expect(await requests(0, { usersPerMonth: 1 })).to.equal(1_000_000);
  });

  it("counts it at most once for each user and period, if answers are kept", async () => {
    expect(await requests(3600, { usersPerMonth: 10 })).to.equal(7300);
    expect(await requests(60, { usersPerMonth: 1000 })).to.equal(1_000_000); // more periods than requests
  });

  for (const [tier, dollars] of [
    ["LITE", 5.5],
    ["ESSENTIALS", 15],
    ["PLUS", 20],
  ] as const) {
    it(`counts a thousand users of a user pool, with the plan ${tier}`, async () => {
      const [line] = await linesOf(pool(tier), "users-users");
      expect(line?.monthlyUsd).to.be.closeTo(dollars, 0.001);
    });
  }
});
