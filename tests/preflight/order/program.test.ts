import { expect } from "chai";
import {
  type Graph,
  graphFromResources,
  type Intent,
  type SourceResource,
} from "../../../preflight/graph/index.js";
import { checkOrder } from "../../../preflight/order/check-order.js";
import { CreationOrder } from "../../../preflight/order/creation-order.js";
import { usersOf } from "../../../preflight/order/users.js";
import { proveIntents } from "../../../preflight/reachability/index.js";
import { resourcesFromExport } from "../../../preflight/sources/stack-export.js";
import { exportOf } from "../../support/stack-export.js";
import { type Settings, synthesisOf } from "../../support/stacks.js";
import { cut, dependenciesIn, latePaths } from "./support.js";

// The program's own stacks: each required path is made before what uses it, and a lost dependency is named.

const ZONES = ["eu-west-1a", "eu-west-1b"];
const PIPELINE = { logPipeline: { deadLetter: "sns", codePipelineNotifications: {} } };
const STORES = { messageStore: {}, database: {}, function: { reservedConcurrency: 10 } };
const PEER = { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.40.0.0/16", routeTableIds: ["rtb-0a1b2c3d"] };
const OTHER_ACCOUNT = {
  ...PEER,
  vpcId: "vpc-0a1b2c3e",
  cidrBlock: "10.50.0.0/16",
  roleArn: "arn:aws:iam::222233334444:role/peering",
};

interface Case {
  readonly what: string;
  readonly stack: "dev" | "prod";
  readonly settings: Settings;
  /** Which dependencies are cut, one at a time: all, or those of what starts the traffic. */
  readonly cuts?: "all" | "direct";
}

const STACKS: readonly Case[] = [
  { what: "the shipped dev", stack: "dev", settings: {}, cuts: "all" },
  { what: "dev with everything", stack: "dev", settings: { ...PIPELINE, messageStore: {} } },
  { what: "the shipped prod", stack: "prod", settings: {}, cuts: "all" },
  {
    what: "prod with stores and the event pipeline",
    stack: "prod",
    settings: { ...STORES, ...PIPELINE },
  },
  {
    what: "prod that reaches Parameter Store and SNS through NAT, on two IP versions",
    stack: "prod",
    settings: {
      vpc: { availabilityZones: ZONES, nat: "perAz", ipv6: true },
      endpoints: { ssm: false },
      logPipeline: {},
    },
    cuts: "direct",
  },
  {
    what: "prod with a regional NAT gateway",
    stack: "prod",
    settings: { vpc: { availabilityZones: ZONES, nat: "regional" }, endpoints: { ssm: false } },
  },
  {
    what: "prod without NAT, with further endpoints and none of its names private",
    stack: "prod",
    settings: {
      vpc: { availabilityZones: ZONES, nat: "none" },
      endpoints: {
        ssm: { privateDns: false },
        executeApi: { privateDns: false },
        others: { sqs: {}, sns: {} },
        s3: true,
      },
      logPipeline: {},
    },
  },
  {
    what: "prod with consumers",
    stack: "prod",
    settings: { api: { sharing: { peers: { shop: PEER, bank: OTHER_ACCOUNT } } } },
  },
  {
    what: "prod with a key of its own",
    stack: "prod",
    settings: { kmsKey: "create", messageStore: {}, logPipeline: {}, watching: {} },
  },
  {
    what: "prod whose callers need an API key, with everything around it",
    stack: "prod",
    settings: {
      vpc: { availabilityZones: ZONES, nat: "single", ipv6: true, flowLogs: {} },
      watching: {},
      function: { provisionedConcurrency: 2, codeBucket: true },
      api: {
        hardening: true,
        cors: { allowOrigin: "https://example.com" },
        caching: {},
        throttling: { rateLimit: 100, burstLimit: 100 },
        methods: { "GET /messages": { apiKeyRequired: true } },
        usagePlans: {
          partners: { keys: ["alice", "bob"], throttling: { rateLimit: 100, burstLimit: 100 } },
          others: { keys: ["carol"], throttling: { rateLimit: 10, burstLimit: 10 } },
        },
      },
    },
  },
  {
    what: "prod with a canary release",
    stack: "prod",
    settings: { function: { release: "Canary10Percent5Minutes" } },
  },
  {
    what: "prod with a public API",
    stack: "prod",
    settings: { api: { endpointType: "REGIONAL" } },
  },
];

for (const { what, stack, settings, cuts } of STACKS) {
  describe(`checkOrder of ${what}`, function () {
    this.timeout(60_000);
    let resources: readonly SourceResource[];
    before(async () => {
      resources = (await synthesisOf(stack, settings)).resources;
    });

    it("finds every required path before what uses it", () => {
      expect(latePaths(resources)).to.deep.equal([]);
    });

    it("says the same of its export", async () => {
      const exported = resourcesFromExport(exportOf(await synthesisOf(stack, settings)));
      const [of, ofExport] = [resources, exported].map((each) => checkOrder(graphFromResources(each)));
      expect(ofExport).to.deep.equal(of);
      expect(of?.paths).to.be.above(2);
    });

    if (cuts === undefined) return;
    // What a user loses with a dependency is late if, and only if, a path does not hold without it.
    it("names what is lost with each dependency that a path needs, and nothing for any other", () => {
      const graph = graphFromResources(resources);
      const order = new CreationOrder(graph.resources);
      const starts = proveIntents(graph)
        .filter(({ intent }) => intent.must === "reach")
        .flatMap((proof) =>
          usersOf(graph, order, proof.intent)
            .filter(({ types }) => types === undefined)
            .map(({ ref }) => ({ proof, user: ref.urn })),
        );
      const seen = new Set<string>();
      let lateOnes = 0;
      const users = new Set(starts.map(({ user }) => user));
      for (const { waiting, on } of dependenciesIn(resources)) {
        if (cuts === "direct" && !users.has(waiting)) continue;
        const changed = cut(resources, ({ urn }) => urn === waiting, on);
        const shorter = new CreationOrder(new Map(changed.map((each) => [each.urn, each])));
        for (const { proof, user } of starts) {
          const lost = [...order.before(user)].filter((key) => !shorter.before(user).has(key)).sort();
          const key = JSON.stringify([user, proof.intent, lost]);
          if (lost.length === 0 || seen.has(key)) continue;
          seen.add(key);
          const late = checkOrder(graphFromResources(changed), [proof]).late.filter(
            (each) => each.user.urn === user,
          );
          const rest = graphFromResources(resources.filter(({ urn }) => !lost.includes(urn)));
          const title = `${user.split("::").at(-1)} without ${on.split("::").at(-1)} by ${waiting.split("::").at(-1)}`;
          if (!holds(rest, proof.intent)) expect(late, title).to.have.length(1);
          for (const { ref } of late.flatMap((each) => each.late)) expect(lost, title).to.include(ref.urn);
          lateOnes += late.length;
        }
      }
      expect(lateOnes).to.be.above(0);
    });
  });
}

function holds(graph: Graph, intent: Intent): boolean {
  const text = JSON.stringify(intent);
  return proveIntents(graph).some((proof) => proof.ok && JSON.stringify(proof.intent) === text);
}

const PROD: readonly (readonly [lost: string, type: string, late: readonly string[]])[] = [
  ["ssm-endpoint", ":VpcEndpoint", ["fetcher -> ssm: fetcher-live < ssm-endpoint"]],
  ["ssm-from-fetcher", ":SecurityGroupIngressRule", ["fetcher -> ssm: fetcher-live < ssm-from-fetcher"]],
  ["fetcher-to-ssm", ":SecurityGroupEgressRule", ["fetcher -> ssm: fetcher-live < fetcher-to-ssm"]],
  [
    "fetcher-to-dynamodb",
    ":SecurityGroupEgressRule",
    ["fetcher -> dynamodb: fetcher-live < fetcher-to-dynamodb"],
  ],
  ["vpc-private-b", ":RouteTableAssociation", ["fetcher -> dynamodb: fetcher-live < vpc-private-b"]],
  ["fetcher-permissions", ":RolePolicy", ["fetcher -> ssm: fetcher-live < fetcher-permissions"]],
  [
    "api-get-messages",
    ":Permission",
    ["a", "b"].map((zone) => `vpc-private-${zone} -> GET /messages: api-stage < api-get-messages`),
  ],
  [
    "execute-api-from-private-a",
    ":SecurityGroupIngressRule",
    ["vpc-private-a -> GET /messages: api-stage < execute-api-from-private-a"],
  ],
];

const RICH: typeof PROD = [
  [
    "database-proxy-to-cluster",
    ":SecurityGroupEgressRule",
    ["database-proxy -> database-cluster: database-proxy < database-proxy-to-cluster"],
  ],
  [
    "fetcher-database-login",
    ":RolePolicy",
    ["fetcher -> database-proxy: fetcher-live < fetcher-database-login"],
  ],
  [
    "fetcher-database-from-function",
    ":SecurityGroupIngressRule",
    ["fetcher -> database-proxy: fetcher-live < fetcher-database-from-function"],
  ],
  [
    "messages-table",
    ":Table",
    ["POST /messages", "GET /messages/{id}"].map(
      (method) => `${method} -> dynamodb: api-stage < messages-table`,
    ),
  ],
  [
    "log-topic",
    ":Topic",
    [
      "log-producer -> sns: log-producer-live < log-topic",
      "log-topic -> log-consumer: log-topic-to-log-consumer < log-topic",
      "log-topic -> log-failures-undelivered: log-topic-to-log-consumer < log-topic",
    ],
  ],
  [
    "log-schedule-to-log-producer",
    ":Permission",
    ["log-schedule -> log-producer: log-schedule-to-log-producer < log-schedule-to-log-producer"],
  ],
  [
    "log-topic-to-log-consumer",
    ":Permission",
    ["log-topic -> log-consumer: log-topic-to-log-consumer < log-topic-to-log-consumer"],
  ],
];

describe("checkOrder of a stack in which nothing waits for one resource", function () {
  this.timeout(60_000);
  for (const [stack, settings, table] of [
    ["prod", {}, PROD],
    ["prod", { ...STORES, ...PIPELINE }, RICH],
  ] as const) {
    for (const [name, type, late] of table) {
      it(`names ${name} (${type.slice(1)}) for exactly the paths that need it`, async () => {
        const { resources } = await synthesisOf(stack, settings);
        const urn = resources.find((each) => each.name === name && each.type.endsWith(type))?.urn ?? name;
        expect(latePaths(cut(resources, () => true, urn)).sort()).to.deep.equal([...late].sort());
      });
    }
  }

  it("names the API's policy, which a later deployment would put into force, for the deployment alone", async () => {
    const { resources } = await synthesisOf("prod");
    const policy = resources.find(({ type }) => type.endsWith(":RestApiPolicy"))?.urn ?? "";
    const late = latePaths(cut(resources, ({ type }) => type.endsWith(":Deployment"), policy));
    const paths = ["a", "b"].map((zone) => `vpc-private-${zone} -> GET /messages`);
    expect(late).to.include.members(paths.map((path) => `${path}: api-deployment < api-policy`));
  });
});

describe("checkOrder of prod", () => {
  it("takes the key for the start of calls that need one, and no stage that cannot have a key yet", async () => {
    const { resources } = await synthesisOf("prod", {
      api: {
        methods: { "GET /messages": { apiKeyRequired: true } },
        usagePlans: { partners: { keys: ["alice"], throttling: { rateLimit: 9, burstLimit: 9 } } },
      },
    });
    const rule = resources.find(({ name }) => name === "execute-api-from-private-a")?.urn ?? "";
    expect(latePaths(cut(resources, () => true, rule))).to.deep.equal([
      "vpc-private-a -> GET /messages: api-key-alice < execute-api-from-private-a",
    ]);
  });

  const rule = (resources: readonly SourceResource[], name: string) =>
    resources.find((each) => each.name === name && each.type.endsWith("Rule"))?.urn ?? name;

  it("names every resource that a path lacks, and says which of them waits for the user itself", async () => {
    const { resources } = await synthesisOf("prod");
    const [to, from] = [rule(resources, "fetcher-to-ssm"), rule(resources, "ssm-from-fetcher")];
    const alias = resources.find(({ name }) => name === "fetcher-live")?.urn ?? "";
    const late = cut(
      cut(resources, () => true, to),
      () => true,
      from,
    ).map((resource) =>
      resource.urn === to
        ? { ...resource, dependencies: [...(resource.dependencies ?? []), alias] }
        : resource,
    );
    expect(latePaths(late)).to.deep.equal([
      "fetcher -> ssm: fetcher-live < fetcher-to-ssm (circle), ssm-from-fetcher",
    ]);
  });

  it("takes what the program only reads for older than the stack", async () => {
    const { resources } = await synthesisOf("prod");
    const to = rule(resources, "fetcher-to-ssm");
    const read = cut(resources, () => true, to).map((resource) =>
      resource.urn === to ? { ...resource, isRead: true } : resource,
    );
    expect(latePaths(read)).to.deep.equal([]);
  });

  it("accepts another rule that lets the same packets through", async () => {
    const { resources } = await synthesisOf("prod");
    const to = rule(resources, "fetcher-to-ssm");
    const twin = (resource: SourceResource): SourceResource => ({
      ...resource,
      urn: `${resource.urn}-twin`,
      name: `${resource.name}-twin`,
      id: "sgr-twin",
    });
    const twins = resources.flatMap((resource) => {
      if (resource.urn === to) return [resource, twin(resource)];
      const { dependencies = [] } = resource;
      return [{ ...resource, dependencies: dependencies.map((urn) => (urn === to ? `${to}-twin` : urn)) }];
    });
    expect(latePaths(twins)).to.deep.equal([]);
  });
});

describe("checkOrder of a source that tells too little", () => {
  it("judges nothing without dependencies, and says so", async () => {
    const { resources } = await synthesisOf("prod");
    const bare = resources.map(({ dependencies, propertyDependencies, ...rest }) => rest);
    const { paths, late, notJudged } = checkOrder(graphFromResources(bare));
    expect({ paths, late }).to.deep.equal({ paths: 0, late: [] });
    expect(new Set(notJudged.map(({ reason }) => reason))).to.deep.equal(
      new Set(["the resources tell no dependencies"]),
    );
  });

  it("judges no path that is not proved", async () => {
    const { resources } = await synthesisOf("prod");
    const broken = resources.filter(({ name }) => name !== "fetcher-to-ssm");
    const { late, notJudged } = checkOrder(graphFromResources(broken));
    expect(late).to.deep.equal([]);
    expect(notJudged.map(({ intent, reason }) => `${intent.to.kind}: ${reason}`)).to.deep.equal([
      "service: it is not proved that the path exists",
    ]);
  });

  it("judges nothing that is not known at a preview", async () => {
    const { resources } = await synthesisOf("prod", {}, { preview: true });
    expect(latePaths(resources)).to.deep.equal([]);
  });
});
