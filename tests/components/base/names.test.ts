import { expect } from "chai";
import fc from "fast-check";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import {
  logGroupName,
  metricNamespace,
  NAME_RULES,
  type NameKind,
  type NameOwner,
  physicalName,
  queryName,
  signingProfilePrefix,
} from "../../../components/base/names.js";
import { ACCESS_LOG_QUERIES, FUNCTION_QUERIES } from "../../../components/monitoring/saved-queries.js";
import type { RecordedResource } from "../../../preflight/sources/mocks/recorded-resource.js";
import { Resources, stackFile, textOf } from "../../support/stacks.js";

/** AWS's own words on each kind of name, written down a second time. */
const LEGAL: Readonly<Record<NameKind, { readonly longest: number; readonly pattern: RegExp }>> = {
  bucket: {
    longest: 63,
    pattern: /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9](?!.*(-s3alias|--ol-s3)$)[a-z0-9-]+[a-z0-9]$/,
  },
  cluster: { longest: 63, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  dashboard: { longest: 255, pattern: /^[\w-]+$/ },
  deploymentApplication: { longest: 100, pattern: /^[\w.+=,@-]+$/ },
  logGroup: { longest: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ },
  queue: { longest: 80, pattern: /^[\w-]+$/ },
  rule: { longest: 64, pattern: /^[.\-_A-Za-z0-9]+$/ },
  table: { longest: 255, pattern: /^[\w.-]{3,}$/ },
  topic: { longest: 256, pattern: /^[\w-]+$/ },
};

const REGION_AND_ACCOUNT = ["ap-southeast-1", "111122223333"];

/** Every name that the program makes, by kind. */
const USED: Readonly<Record<NameKind, readonly (readonly [name: string, ...scope: string[]])[]>> = {
  bucket: [
    ["code", ...REGION_AND_ACCOUNT],
    ["vpc-flow-logs", ...REGION_AND_ACCOUNT],
    ["front-door-logs", ...REGION_AND_ACCOUNT],
  ],
  cluster: [["database"]],
  dashboard: [["", "ap-southeast-1"]],
  deploymentApplication: [["fetcher-release"]],
  logGroup: [["fetcher"], ["log-producer"], ["log-consumer"], ["vpc-flow-logs"], ["api"]],
  queue: [["log-undelivered"], ["log-dead-letters"]],
  rule: [["log-schedule"], ["log-notifications"]],
  table: [["messages"]],
  topic: [["log-topic"], ["log-notifications"], ["log-dead-letters"], ["alarms"]],
};

const isKind = (kind: string): kind is NameKind => kind in NAME_RULES;
const KINDS = Object.keys(NAME_RULES).filter(isKind);

const namesOf = (kind: NameKind, owner: NameOwner) =>
  USED[kind].map(([name, ...scope]) => physicalName(kind, name, scope, owner));

/** What `pulumi new` and `pulumi stack init` allow. */
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/),
  fc.stringMatching(/^[a-c.-]{1,4}$/),
  fc.stringMatching(/^[a-z]{1,12}(-[a-z]{1,6})?$/),
  fc.constantFrom(
    "dev",
    "Dev",
    "dev_eu",
    "dev-eu",
    "dev.eu",
    "v1.2",
    "-",
    ".",
    "_",
    "9",
    "xn--a",
    "sthree-x",
  ),
  fc.constantFrom("deadbeef", "a".repeat(100), `${"a".repeat(99)}b`, "amzn-s3-demo-x", "AWS", "aws"),
);
const owners = fc.record({ project: word, stack: word });

/** Another owner that is easily taken for the first. */
const alike = ({ project, stack }: NameOwner) =>
  fc.oneof(
    owners,
    fc.constant({ project, stack: stack.toUpperCase() }),
    fc.constant({ project: project.toLowerCase(), stack: stack.toLowerCase() }),
    fc.constant({ project, stack: stack.replace(/[_.]/g, "-") }),
    fc.constant({ project: project.replaceAll(".", "_"), stack }),
    word.map((other) => ({ project, stack: other })),
    // Project `a` and stack `b-c`, project `a-b` and stack `c`.
    fc.nat(200).map((at) => {
      const parts = `${project}-${stack}`.split("-");
      const cut = 1 + (at % Math.max(1, parts.length - 1));
      return { project: parts.slice(0, cut).join("-") || "a", stack: parts.slice(cut).join("-") || "b" };
    }),
    // The first one's own name, as a project and a stack.
    fc.constantFrom(...KINDS).map((kind) => {
      const parts = (namesOf(kind, { project, stack })[0] ?? "").split("-");
      return { project: parts.slice(0, 2).join("-") || "a", stack: parts[2] ?? "b" };
    }),
  );

describe("physicalName", () => {
  it("is legal, whatever project and stack are called", () => {
    fc.assert(
      fc.property(owners, fc.constantFrom(...KINDS), (owner, kind) => {
        const { longest, pattern } = LEGAL[kind];
        for (const name of namesOf(kind, owner)) {
          expect(name).to.match(pattern);
          expect(name.length).to.be.at.most(longest);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is not another stack's, nor the same stack's for something else", () => {
    const pairs = owners.chain((one) => fc.tuple(fc.constant(one), alike(one)));
    fc.assert(
      fc.property(pairs, fc.constantFrom(...KINDS), ([one, other], kind) => {
        const isSame = one.project === other.project && one.stack === other.stack;
        const all = [...namesOf(kind, one), ...(isSame ? [] : namesOf(kind, other))];
        expect(new Set(all).size, JSON.stringify([one, other, all])).to.equal(all.length);
      }),
      { numRuns: 5000 },
    );
  });

  it("is PROJECT-STACK-NAME if that is legal, fits and is nobody else's, as stacks have it that exist already", () => {
    fc.assert(
      fc.property(owners, fc.constantFrom(...KINDS), (owner, kind) => {
        const { longest, pattern } = LEGAL[kind];
        fc.pre(!owner.stack.includes("-") && !/^[0-9a-f]{8}$/.test(owner.stack));
        for (const [name, ...scope] of USED[kind]) {
          const plain = [owner.project, owner.stack, name, ...scope].filter((part) => part !== "").join("-");
          if (plain.length > longest || !pattern.test(plain)) continue;
          expect(physicalName(kind, name, scope, owner)).to.equal(plain);
        }
      }),
      { numRuns: 2000 },
    );
    for (const stack of ["dev", "prod"]) {
      const owner = { project: "lambda-networking", stack };
      expect(namesOf("queue", owner)).to.include(`lambda-networking-${stack}-log-dead-letters`);
      expect(namesOf("table", owner)).to.deep.equal([`lambda-networking-${stack}-messages`]);
      expect(namesOf("cluster", owner)).to.deep.equal([`lambda-networking-${stack}-database`]);
    }
  });

  it("keeps the end readable when it is shortened", () => {
    const owner = { project: "project", stack: "a".repeat(100) };
    expect(physicalName("rule", "log-schedule", [], owner)).to.match(
      /^project-a{34}-[0-9a-f]{8}-log-schedule$/,
    );
    expect(physicalName("topic", "alarms", [], { project: "project", stack: "v1.2" })).to.match(
      /^project-v1-2-[0-9a-f]{8}-alarms$/,
    );
  });

  it("tells apart the Regions of what is not of one Region", () => {
    const owner = { project: "project", stack: "dev" };
    const inRegion = (region: string) => [
      physicalName("bucket", "code", [region, "111122223333"], owner),
      physicalName("dashboard", "", [region], owner),
    ];
    const all = [...inRegion("eu-west-1"), ...inRegion("us-east-1")];
    expect(new Set(all).size).to.equal(4);
  });
});

describe("names with a separator of their own", () => {
  const titles = [...FUNCTION_QUERIES, ...ACCESS_LOG_QUERIES].map(({ title }) => title);

  it("are legal and not another stack's", () => {
    fc.assert(
      fc.property(owners, owners, (one, other) => {
        for (const title of titles) {
          expect(queryName("log-producer", title, one).length).to.be.at.most(255);
        }
        expect(metricNamespace(one)).to.match(/^(?!AWS\/)[\w./#-]{1,255}$/);
        expect(signingProfilePrefix(one)).to.match(/^\w{2,38}$/);
        const isSame = one.project === other.project && one.stack === other.stack;
        expect(metricNamespace(one) === metricNamespace(other)).to.equal(isSame);
        expect(queryName("api", "errors", one) === queryName("api", "errors", other)).to.equal(isSame);
      }),
    );
  });

  it("begin log groups with their service's folder", () => {
    expect(logGroupName("/aws/lambda", "fetcher", { project: "project", stack: "dev" })).to.equal(
      "/aws/lambda/project-dev-fetcher",
    );
  });
});

/** Properties that name a resource, by type. */
const NAMED: Readonly<Record<string, readonly [property: string, kind: NameKind]>> = {
  "s3/bucket:Bucket": ["bucket", "bucket"],
  "rds/cluster:Cluster": ["clusterIdentifier", "cluster"],
  "cloudwatch/dashboard:Dashboard": ["dashboardName", "dashboard"],
  "codedeploy/application:Application": ["name", "deploymentApplication"],
  "cloudwatch/logGroup:LogGroup": ["name", "logGroup"],
  "sqs/queue:Queue": ["name", "queue"],
  "cloudwatch/eventRule:EventRule": ["name", "rule"],
  "dynamodb/table:Table": ["name", "table"],
  "sns/topic:Topic": ["name", "topic"],
};

/**
 * The longest name of types that Pulumi names by itself: the logical name, a hyphen and seven letters. The provider
 * refuses a longer one in the middle of an update.
 */
const AUTO_NAMED: Readonly<Record<string, number>> = {
  "iam/role:Role": 64,
  "lambda/function:Function": 64,
  "cloudwatch/metricAlarm:MetricAlarm": 255,
  "ec2/securityGroup:SecurityGroup": 255,
  "rds/clusterInstance:ClusterInstance": 63,
  "rds/clusterParameterGroup:ClusterParameterGroup": 255,
  "rds/proxy:Proxy": 60,
  "rds/subnetGroup:SubnetGroup": 255,
  "wafv2/webAcl:WebAcl": 128,
  "apigateway/apiKey:ApiKey": 1024,
  "apigateway/restApi:RestApi": 1024,
  "apigateway/usagePlan:UsagePlan": 1024,
  "lambda/permission:Permission": 100,
};

const EVERYTHING = {
  function: {
    reservedConcurrency: 10,
    release: "Canary10Percent5Minutes",
    codeBucket: true,
    codeSigning: {},
  },
  vpc: { nat: "perAz", flowLogs: {} },
  api: {
    accessLogs: true,
    manageAccountRole: true,
    webAcl: {},
    methods: { "GET /messages": { apiKeyRequired: true } },
    usagePlans: { [`p${"l".repeat(63)}`]: { keys: [`k${"e".repeat(63)}`] } },
  },
  messageStore: {},
  database: {},
  logPipeline: { codePipelineNotifications: {}, deadLetter: "sns" },
  watching: { emails: ["ops@example.com"] },
};

/** The program with every part that has a name, for a project and a stack of any name. */
async function everythingOf({ project, stack }: NameOwner): Promise<Resources> {
  const file = stackFile("prod", EVERYTHING);
  const config = Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [
      key.replace(`${file.project}:`, `${project}:`),
      value,
    ]),
  );
  return new Resources(
    (await synthesizeProgram({ ...file, project, stack, config, secretKeys: [] })).resources,
  );
}

const physical = (resources: Resources): (readonly [RecordedResource, NameKind, string])[] =>
  Object.entries(NAMED).flatMap(([type, [property, kind]]) =>
    resources.ofType(type).map((resource) => [resource, kind, textOf(resource, property)] as const),
  );

describe("the program's names", () => {
  const hostile = [
    { project: "orders", stack: "dev_eu" },
    { project: "Orders.Team_1", stack: "v1.2" },
    { project: "p".repeat(100), stack: "S".repeat(100) },
    { project: "9", stack: "-" },
  ];
  for (const owner of hostile) {
    it(`are legal for stack ${owner.stack.slice(0, 12)} of project ${owner.project.slice(0, 14)}`, async () => {
      const resources = await everythingOf(owner);
      const named = physical(resources);
      expect(new Set(named.map(([, kind]) => kind))).to.deep.equal(new Set(KINDS));
      for (const [resource, kind, name] of named) {
        expect(name, resource.name).to.match(LEGAL[kind].pattern);
        expect(name.length, resource.name).to.be.at.most(LEGAL[kind].longest);
      }
      const ofKind = named.map(([, kind, name]) => `${kind} ${name}`);
      expect(new Set(ofKind).size).to.equal(ofKind.length);
      for (const [type, longest] of Object.entries(AUTO_NAMED)) {
        const made = resources.ofType(type);
        expect(made, type).not.to.have.length(0);
        for (const { name } of made) expect(name.length + 8, name).to.be.at.most(longest);
      }
    });
  }

  it("are all different for two stacks whose names differ in a capital letter only", async () => {
    const lower = physical(await everythingOf({ project: "orders", stack: "dev" }));
    const upper = physical(await everythingOf({ project: "orders", stack: "Dev" }));
    const all = [...lower, ...upper].map(([, kind, name]) => `${kind} ${name}`);
    expect(new Set(all).size).to.equal(all.length);
  });

  it("are those of the shipped stacks as they were deployed", async () => {
    const names = physical(await everythingOf({ project: "lambda-networking", stack: "prod" })).map(
      ([, , name]) => name,
    );
    expect(names).to.have.members([
      "lambda-networking-prod-code-eu-west-1-111122223333",
      "lambda-networking-prod-database",
      "lambda-networking-prod-eu-west-1",
      "lambda-networking-prod-fetcher-release",
      "/aws/apigateway/lambda-networking-prod-api",
      "/aws/lambda/lambda-networking-prod-fetcher",
      "/aws/lambda/lambda-networking-prod-log-consumer",
      "/aws/lambda/lambda-networking-prod-log-producer",
      "/aws/rds/cluster/lambda-networking-prod-database/postgresql",
      "/aws/vpc/lambda-networking-prod-vpc-flow-logs",
      "aws-waf-logs-lambda-networking-prod-api",
      "lambda-networking-prod-log-undelivered",
      "lambda-networking-prod-log-schedule",
      "lambda-networking-prod-log-notifications",
      "lambda-networking-prod-messages",
      "lambda-networking-prod-alarms",
      "lambda-networking-prod-log-topic",
      "lambda-networking-prod-log-notifications",
      "lambda-networking-prod-log-dead-letters",
    ]);
  });
});
