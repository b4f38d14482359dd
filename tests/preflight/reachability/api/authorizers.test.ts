import { expect } from "chai";
import {
  graphFromResources,
  resourcesFromExport,
  type SourceResource,
} from "../../../../preflight/graph/index.js";
import { parsePlace } from "../../../../preflight/reachability/index.js";
import { trace } from "../../../../preflight/reachability/trace/trace.js";
import { proofReports } from "../../../../preflight/report/build/proofs.js";
import { topologyOf } from "../../../../preflight/report/build/topology/index.js";
import { change, type Mutation, without } from "../../../support/mutations.js";
import { exportOf } from "../../../support/stack-export.js";
import { type Settings, synthesisOf } from "../../../support/stacks.js";

const METHOD = (authorization: string, more: object = {}) => ({
  "GET /messages": { authorization, ...more },
});

const POOL: Settings = { api: { authorizers: { users: { userPool: {} } }, methods: METHOD("users") } };
const JWT: Settings = {
  api: {
    authorizers: {
      partners: { jwt: { issuer: "https://id.example.com", audience: ["messages"] }, scopes: ["read"] },
    },
    methods: METHOD("partners"),
  },
};
const ELSEWHERE = "arn:aws:lambda:eu-west-1:111122223333:function:authorize:live";
const custom = (settings: object): Settings => ({
  api: { authorizers: { own: { function: { arn: ELSEWHERE, ...settings } } }, methods: METHOD("own") },
});
const KEYED: Settings = {
  api: {
    authorizers: { users: { userPool: {} } },
    methods: METHOD("users", { apiKeyRequired: true }),
    usagePlans: { gold: { keys: ["alice"] } },
  },
};
/** Two methods with one authorizer, whose answers are kept. */
const KEPT: Settings = {
  messageStore: {},
  api: {
    authorizers: {
      own: { function: { arn: ELSEWHERE, resultTtlInSeconds: 300, policyCoversAllMethods: true } },
    },
    methods: { ...METHOD("own"), "POST /messages": { authorization: "own" } },
  },
};

const proofs = (resources: readonly SourceResource[]) => proofReports(graphFromResources(resources));
const nameOf = ({ from, must, to }: { from: string; must: string; to: string }) => `${from} ${must} ${to}`;

describe("proofReports of an API with authorizers", () => {
  for (const [kind, settings] of [
    ["a user pool", POOL],
    ["a JWT", JWT],
    ["a function elsewhere", custom({})],
    ["a function elsewhere of type TOKEN", custom({ type: "TOKEN" })],
    ["a user pool and an API key", KEYED],
    ["one function for two methods", KEPT],
  ] as const) {
    for (const stack of ["dev", "prod"]) {
      it(`proves every intent of ${stack} with ${kind}, also before deployment and in an export`, async () => {
        const synthesis = await synthesisOf(stack, settings);
        const failed = proofs(synthesis.resources).filter(({ ok }) => !ok);
        expect(failed).to.deep.equal([]);
        const exported = graphFromResources(resourcesFromExport(exportOf(synthesis)));
        expect(proofReports(exported).filter(({ ok }) => !ok)).to.deep.equal([]);
      });
    }
  }

  it("requires a caller with a token, and forbids one without, on the internet and in the VPC", async () => {
    const names = async (stack: string) => {
      const { resources } = await synthesisOf(stack, POOL);
      return proofs(resources)
        .filter(({ to }) => to.startsWith("GET /messages"))
        .map(nameOf);
    };
    expect(await names("dev")).to.have.members([
      "internet reach GET /messages with a token",
      "internet not-reach GET /messages",
    ]);
    expect(await names("prod")).to.include.members([
      "vpc-private-a reach GET /messages with a token",
      "vpc-private-a not-reach GET /messages without a token",
      "internet not-reach GET /messages with a token",
      "another account's VPC not-reach GET /messages with a token",
    ]);
  });
});

const WITH = "internet reach GET /messages with a token";
const WITHOUT = "internet not-reach GET /messages";

interface Case {
  readonly title: string;
  readonly settings: Settings;
  readonly mutation: Mutation;
  readonly fails: readonly string[];
  readonly code?: string;
}

const AUTHORIZER = "apigateway/authorizer:Authorizer";
const inMethod = (edit: Record<string, unknown>) => change("api-get-messages", "/method:Method", () => edit);

const CASES: readonly Case[] = [
  {
    title: "a method that lost its authorizer's id",
    settings: POOL,
    mutation: inMethod({ authorizerId: undefined }),
    fails: [WITH, WITHOUT],
    code: "API_AUTHORIZER_MISSING",
  },
  {
    title: "a method with authorization NONE",
    settings: POOL,
    mutation: inMethod({ authorization: "NONE", authorizerId: undefined }),
    fails: [WITHOUT],
  },
  {
    title: "a method whose authorizer is of another type",
    settings: POOL,
    mutation: inMethod({ authorization: "CUSTOM" }),
    fails: [WITH, WITHOUT],
    code: "API_AUTHORIZER_MISSING",
  },
  {
    title: "an authorizer without a user pool",
    settings: POOL,
    mutation: change("api-authorizer-users", AUTHORIZER, () => ({ providerArns: [] })),
    fails: [WITH, WITHOUT],
    code: "API_AUTHORIZER_MISSING",
  },
  {
    title: "an authorizer of another API",
    settings: POOL,
    mutation: change("api-authorizer-users", AUTHORIZER, () => ({ restApi: "b1c2d3e4f5" })),
    fails: [WITH, WITHOUT],
    code: "API_AUTHORIZER_MISSING",
  },
  {
    title: "an authorizer that is not in the stack",
    settings: POOL,
    mutation: without("api-authorizer-users", AUTHORIZER),
    fails: [WITH, WITHOUT],
  },
  {
    title: "an authorizer's function without its permission",
    settings: JWT,
    mutation: without("api-authorizer-partners", ":Permission"),
    fails: [WITH],
    code: "LAMBDA_PERMISSION_MISSING",
  },
  {
    title: "a permission for another authorizer",
    settings: JWT,
    mutation: change("api-authorizer-partners", ":Permission", ({ sourceArn }) => ({
      sourceArn: `${String(sourceArn)}x`,
    })),
    fails: [WITH],
    code: "LAMBDA_PERMISSION_MISSING",
  },
  {
    title: "a permission for methods instead of the authorizer",
    settings: JWT,
    mutation: change("api-authorizer-partners", ":Permission", ({ sourceArn }) => ({
      sourceArn: String(sourceArn).replace(/authorizers.*/, "*/GET/*"),
    })),
    fails: [WITH],
    code: "LAMBDA_PERMISSION_MISSING",
  },
  {
    title: "a permission on the function instead of its alias",
    settings: JWT,
    mutation: change("api-authorizer-partners", ":Permission", () => ({ qualifier: undefined })),
    fails: [WITH],
    code: "LAMBDA_PERMISSION_MISSING",
  },
  {
    title: "an authorizer's function that never runs",
    settings: JWT,
    mutation: change("authorizer-partners-function", "/function:Function", () => ({
      reservedConcurrentExecutions: 0,
    })),
    fails: [WITH],
    code: "LAMBDA_THROTTLED",
  },
  {
    title: "an authorizer that asks its function about everybody",
    settings: custom({}),
    mutation: change("api-authorizer-own", AUTHORIZER, () => ({
      identitySource: "",
      authorizerResultTtlInSeconds: 0,
    })),
    fails: [WITHOUT],
  },
  {
    title: "an authorizer that asks for what every request has",
    settings: custom({}),
    mutation: change("api-authorizer-own", AUTHORIZER, () => ({
      identitySource: "method.request.header.Host, context.identity.sourceIp",
    })),
    fails: [WITHOUT],
  },
  {
    title: "a kept policy that may be for another method",
    settings: KEPT,
    mutation: change("api", ":api:RestApi", () => ({ coveringAuthorizers: [] })),
    fails: [WITH, "internet reach POST /messages with a token"],
  },
  {
    title: "an API key without a plan",
    settings: KEYED,
    mutation: without("api-key-alice", ":UsagePlanKey"),
    fails: [WITH],
    code: "API_KEY_WITHOUT_PLAN",
  },
  {
    title: "a deployed policy that denies everybody",
    settings: JWT,
    mutation: change("api-policy", ":RestApiPolicy", ({ policy }) => ({
      policy: String(policy).replace('"Allow"', '"Deny"'),
    })),
    fails: [WITH],
    code: "API_POLICY_DENIES",
  },
];

describe("proofReports of an API with authorizers, with one thing changed", () => {
  for (const { title, settings, mutation, fails, code } of CASES) {
    it(`fails the affected proofs after ${title}`, async () => {
      const { resources } = await synthesisOf("dev", settings);
      const failed = proofs(mutation(resources)).filter(({ ok }) => !ok);
      expect(failed.map(nameOf)).to.have.members(fails);
      if (code === undefined) return;
      const codes = failed.map(({ verdict }) =>
        verdict.status === "blocked" ? verdict.code : verdict.status,
      );
      expect(codes).to.include(code);
    });
  }
});

describe("topologyOf an API with an authorizer", () => {
  it("draws a line from the API to the function that it asks", async () => {
    const { resources } = await synthesisOf("dev", JWT);
    const labels = topologyOf(graphFromResources(resources))
      .edges.filter(({ to }) => to.endsWith("authorizer-partners-function"))
      .map(({ from, label }) => [from.split("::").at(-1), label]);
    expect(labels).to.deep.include(["api", "asks who may call"]);
  });
});

describe("trace to a method with an authorizer", () => {
  const ask = async (stack: string, settings: Settings, from: string, to: string) => {
    const { resources } = await synthesisOf(stack, settings);
    const graph = graphFromResources(resources);
    return trace(graph, parsePlace(from, graph), parsePlace(to, graph));
  };

  it("blocks the internet at the authorizer", async () => {
    const verdict = await ask("dev", JWT, "internet", "GET /messages");
    expect(verdict).to.deep.include({ status: "blocked", code: "API_AUTHORIZER_REFUSES" });
    expect(verdict.status === "blocked" && verdict.at.name).to.equal("api-authorizer-partners");
  });

  it("keeps the internet from the function behind it", async () => {
    expect(await ask("dev", JWT, "internet", "fetcher")).to.deep.include({ code: "API_AUTHORIZER_REFUSES" });
  });

  it("leaves open what a host in the VPC carries, unless the question says it", async () => {
    expect((await ask("prod", POOL, "vpc-private-a", "GET /messages")).status).to.equal("unknown");
    expect((await ask("prod", POOL, "vpc-private-a", "get /messages WITH token")).status).to.equal(
      "reachable",
    );
    expect((await ask("prod", POOL, "vpc-private-a", "GET /messages without a token")).status).to.equal(
      "blocked",
    );
  });

  it("says which function's code decides", async () => {
    const verdict = await ask("dev", JWT, "internet", "GET /messages with a token");
    expect(verdict.path.map(({ text }) => text)).to.include(
      "lets in the credentials that function authorizer-partners-function accepts",
    );
  });

  it("leaves open whether a policy of the API stops a caller whom the authorizer's own policy may allow", async () => {
    const { resources } = await synthesisOf("dev", JWT);
    const mutated = change("api-policy", ":RestApiPolicy", ({ policy }) => ({
      policy: String(policy).replace("/GET/messages", "/GET/others"),
    }))(resources);
    const graph = graphFromResources(mutated);
    const to = parsePlace("GET /messages with a token", graph);
    expect(trace(graph, { kind: "internet" }, to).status).to.equal("unknown");
  });
});
