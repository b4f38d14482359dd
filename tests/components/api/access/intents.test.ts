import { expect } from "chai";
import { synthesizeProgram } from "../../../../cli/lib/program.js";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { proofReports } from "../../../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../../../preflight/report/model.js";
import { type Settings, stackFile } from "../../../support/stacks.js";

const SIGNED = { methods: { "GET /messages": { authorization: "AWS_IAM" } } };
const KEYED = {
  methods: { "GET /messages": { apiKeyRequired: true } },
  usagePlans: { gold: { keys: ["a"] } },
};
/** Every setting at once. */
const ALL = {
  accessLogs: true,
  throttling: { rateLimit: 10, burstLimit: 5 },
  caching: { invalidators: ["arn:aws:iam::111122223333:role/deployer"] },
  hardening: true,
  cors: { allowOrigin: "*" },
  webAcl: {},
  methods: {
    "GET /messages": { authorization: "AWS_IAM", apiKeyRequired: true, caching: { keys: ["header.a"] } },
  },
  usagePlans: { gold: { keys: ["a"] } },
};

async function proofs(stack: string, settings: Settings, preview = false): Promise<ProofReport[]> {
  const { resources } = await synthesizeProgram(stackFile(stack, settings), { preview });
  return proofReports(graphFromResources(resources));
}

const ofApi = (reports: readonly ProofReport[]) =>
  reports
    .filter(({ to }) => /messages|execute-api/.test(to))
    .map(({ from, must, to }) => `${from} ${must} ${to}`);

describe("apiIntents", () => {
  for (const [title, stack, api] of [
    ["with signed requests, on the internet", "dev", SIGNED],
    ["with signed requests, in a VPC", "prod", SIGNED],
    ["with API keys", "dev", KEYED],
    ["with every setting, on the internet", "dev", ALL],
    ["with every setting, in a VPC", "prod", ALL],
  ] as const) {
    it(`declares intents that the preflight proves ${title}`, async () => {
      const reports = await proofs(stack, { api });
      expect(reports.filter(({ ok }) => !ok)).to.deep.equal([]);
    });
  }

  it("declares the same intents at a stack's first preview, when no resource has an id", async () => {
    for (const stack of ["dev", "prod"]) {
      const known = await proofs(stack, { api: ALL });
      expect(ofApi(await proofs(stack, { api: ALL }, true))).to.have.members(ofApi(known));
    }
  });

  it("declares that unsigned calls from the internet do not reach a method that requires a signature", async () => {
    const [proof] = (await proofs("dev", { api: SIGNED })).filter(({ from }) => from === "internet");
    expect(proof?.must).to.equal("not-reach");
    expect(proof?.verdict).to.include({ status: "blocked", code: "API_METHOD_REQUIRES_AUTHORIZATION" });
  });

  it("declares that the endpoints of other VPCs and accounts do not reach a private API, but those it is shared with", async () => {
    const sharing = { vpcEndpoints: ["vpce-0a1b2c3d4e5f60718"], vpcs: ["vpc-0a1b2c3d4e5f60718"] };
    for (const api of [{}, SIGNED, { sharing }, { ...SIGNED, sharing: { accounts: ["444455556666"] } }]) {
      const found = (await proofs("prod", { api })).filter(({ from }) => from.startsWith("another"));
      expect(found.map(({ from, must, ok }) => `${from} ${must} ${ok}`)).to.deep.equal([
        "another VPC not-reach true",
        "another account's VPC not-reach true",
      ]);
    }
    expect(ofApi(await proofs("dev", {})).join()).not.to.contain("another");
  });

  it("declares that callers in the VPC reach the endpoint of a method that requires a signature", async () => {
    const said = ofApi(await proofs("prod", { api: SIGNED }));
    expect(said).to.include.members(["vpc-private-a reach execute-api", "internet not-reach GET /messages"]);
    expect(said.filter((one) => /reach GET/.test(one) && !/not-reach/.test(one))).to.deep.equal([]);
  });

  it("declares nothing for signed requests if the endpoint has no private DNS", async () => {
    const settings = { api: SIGNED, endpoints: { executeApi: { privateDns: false } } };
    const reports = await proofs("prod", settings);
    expect(ofApi(reports).filter((one) => one.endsWith("execute-api"))).to.deep.equal([]);
    expect(reports.filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it("declares that the internet reaches a method that requires an API key", async () => {
    expect(ofApi(await proofs("dev", { api: KEYED }))).to.deep.equal(["internet reach GET /messages"]);
  });
});
