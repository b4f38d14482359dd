import { expect } from "chai";
import { brokenIntents, undecidedIntents } from "../../../policy/policies/intents.js";
import { type Graph, graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { viewStack } from "../../../preflight/sources/policy-engine/stack-view.js";
import { engineResources, stackOf } from "../../policy/support.js";
import { exportOf } from "../../support/stack-export.js";
import type { Settings } from "../../support/stacks.js";

/** The verdicts without ids, because there are no ids before deployment. */
function verdicts(graph: Graph): unknown[] {
  return proofReports(graph).map(({ id, ok, verdict }) => ({
    id,
    ok,
    status: verdict.status,
    ...(verdict.status === "blocked" && { at: verdict.at.urn, by: verdict.by?.urn, code: verdict.code }),
    ...(verdict.status === "reachable" && { via: verdict.via }),
    path: verdict.path.map(({ at, by }) => [at.urn, by?.urn]),
  }));
}

for (const stack of ["dev", "prod"] as const) {
  describe(`proofReports of ${stack}`, () => {
    let expected: unknown[] = [];

    before(async () => {
      expected = verdicts(graphFromResources((await stackOf(stack, false)).resources));
      expect(expected).not.to.deep.equal([]);
    });

    it("gives the same verdicts from the engine's resources at a first preview", async () => {
      const { resources } = await stackOf(stack, true);
      expect(verdicts(viewStack(engineResources(resources, true)).graph)).to.deep.equal(expected);
    });

    it("gives the same verdicts from the engine's resources after an update", async () => {
      const { resources } = await stackOf(stack, false);
      expect(verdicts(viewStack(engineResources(resources, false)).graph)).to.deep.equal(expected);
    });

    it("gives the same verdicts from a stack export", async () => {
      const json: unknown = JSON.parse(JSON.stringify(exportOf(await stackOf(stack, false))));
      expect(verdicts(graphFromResources(resourcesFromExport(json)))).to.deep.equal(expected);
    });

    for (const preview of [true, false]) {
      it(`finds no broken or undecided intent ${preview ? "at a first preview" : "after an update"}`, async () => {
        const { resources } = await stackOf(stack, preview);
        const view = viewStack(engineResources(resources, preview));
        expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
      });
    }
  });
}

const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/** A consumer's VPC. */
const PEER = {
  vpcId: "vpc-0aaaaaaaaaaaaaaaa",
  cidrBlock: "10.99.0.0/16",
  routeTableIds: ["rtb-0aaaaaaaaaaaaaaaa"],
};

/** Other configurations of prod, with different routes, endpoints, names and policies. */
const CONFIGURATIONS: Readonly<Record<string, Settings>> = {
  "without private DNS of the SSM endpoint": { endpoints: { ssm: { privateDns: false } } },
  "without private DNS of the API's endpoint": { endpoints: { executeApi: { privateDns: false } } },
  "without an SSM endpoint, through one NAT gateway": { endpoints: { ssm: false }, vpc: { nat: "single" } },
  "with subnets of functions in a secondary block": {
    vpc: {
      nat: "perAz",
      secondaryCidrBlocks: ["100.64.0.0/16"],
      functionSubnets: { cidrBlock: "100.64.0.0/16" },
    },
  },
  "attached to a transit gateway": {
    vpc: { transitGateway: { id: "tgw-0123456789abcdef0", routes: ["10.50.0.0/16"] } },
  },
  "with subnets of functions in the slots, in IPv6 too": { vpc: { functionSubnets: true, ipv6: true } },
  "without NAT, in IPv6 too": { vpc: { nat: "none", ipv6: true } },
  "through a regional NAT gateway, with more endpoints": {
    vpc: { nat: "regional" },
    endpoints: { s3: true, others: { secretsmanager: {} } },
  },
  "with other callers": {
    endpoints: { executeApi: { allowFrom: ["10.30.0.0/16", "sg-0123456789abcdef0"] } },
  },
  "with an API on the internet": { api: { endpointType: "REGIONAL" } },
  "with a consumer's VPC and a private domain name, and the API's own names off": {
    api: {
      hardening: true,
      domains: { "api.example.com": { certificateArn: CERTIFICATE, basePaths: ["(none)"] } },
      sharing: {
        peers: {
          consumer: PEER,
        },
        vpcEndpoints: ["vpce-0123456789abcdef0"],
      },
    },
  },
  "with a consumer's VPC, without private DNS": {
    endpoints: { executeApi: { privateDns: false } },
    api: {
      sharing: {
        peers: {
          consumer: PEER,
        },
      },
    },
  },
  "with methods that a table answers": { messageStore: {} },
  "with API keys and a domain name on the internet": {
    api: {
      endpointType: "REGIONAL",
      hardening: true,
      domains: { "api.example.com": { certificateArn: CERTIFICATE, basePaths: ["v2/messages"] } },
      methods: { "GET /messages": { apiKeyRequired: true } },
      usagePlans: { gold: { keys: ["first"] } },
    },
  },
  "with an event pipeline": { logPipeline: { codePipelineNotifications: {} } },
  "with signed code, released part by part, and watched": {
    function: {
      codeBucket: true,
      codeSigning: {},
      release: "Canary10Percent5Minutes",
      reservedConcurrency: 20,
      provisionedConcurrency: 2,
    },
    logPipeline: {},
    watching: {},
  },
  "with a database, without private DNS of the SSM endpoint": {
    function: { reservedConcurrency: 20 },
    database: {},
    endpoints: { ssm: { privateDns: false } },
  },
  "with a database": { function: { reservedConcurrency: 20 }, database: {} },
  "with an event pipeline that has an endpoint": { logPipeline: { deadLetter: "sns" }, vpc: { nat: "none" } },
};

describe("viewStack at a first preview", () => {
  for (const [what, changes] of Object.entries(CONFIGURATIONS)) {
    it(`decides prod ${what} as after deployment`, async () => {
      const deployed = verdicts(graphFromResources((await stackOf("prod", false, changes)).resources));
      const { resources } = await stackOf("prod", true, changes);
      const view = viewStack(engineResources(resources, true));
      expect(deployed).not.to.deep.equal([]);
      expect(verdicts(view.graph)).to.deep.equal(deployed);
      expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
    });
  }
});
