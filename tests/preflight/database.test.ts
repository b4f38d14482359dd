import { expect } from "chai";
import { brokenIntents, undecidedIntents } from "../../policy/policies/intents.js";
import { forecastCapacity } from "../../preflight/capacity/index.js";
import { forecastCost } from "../../preflight/cost/forecast.js";
import {
  graphFromResources,
  resourcesFromExport,
  type SourceResource,
  UNKNOWN,
} from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { parsePlace, trace, withDeclaredUse } from "../../preflight/reachability/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../preflight/report/model.js";
import { plannedValues, withPlannedValues } from "../../preflight/sources/policy-engine/planned-values.js";
import { viewStack } from "../../preflight/sources/policy-engine/stack-view.js";
import { DEFAULT_USAGE, type Usage } from "../../preflight/usage/usage.js";
import { engineResources, stackOf } from "../policy/support.js";
import { change, type Mutation, type Properties, without } from "../support/mutations.js";
import { exportOf } from "../support/stack-export.js";

// Proofs of a stack with a database, and the changes that break each proof.

const DATABASE = { function: { reservedConcurrency: 100 }, database: { instances: 2 } };

type Resources = readonly SourceResource[];
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ROUTE = "aws:ec2/route:Route";

const idOf = (resources: Resources, name: string, type: string): string => {
  const found = resources.find((resource) => resource.name === name && resource.type === type);
  if (found?.id === undefined) throw new Error(`there is no ${type} ${name}`);
  return found.id;
};

const also =
  (type: string, properties: (id: typeof idOf, resources: Resources) => Properties): Mutation =>
  (resources) => [
    ...resources,
    {
      urn: `urn:pulumi:prod::lambda-networking::${type}::added-${resources.length}`,
      type,
      name: `added-${resources.length}`,
      id: `added-${resources.length}`,
      properties: properties(idOf, resources),
    },
  ];

const all =
  (...mutations: readonly Mutation[]): Mutation =>
  (resources) =>
    mutations.reduce<Resources>((mutated, mutation) => mutation(mutated), resources);

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const TABLE = "aws:ec2/routeTable:RouteTable";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const RULE = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };

const letIn = (group: string, cidrIpv4: string) =>
  also(INGRESS, (id, resources) => ({ ...RULE, securityGroupId: id(resources, group, GROUP), cidrIpv4 }));
const routeOut = (zone: string) =>
  also(ROUTE, (id, resources) => ({
    routeTableId: id(resources, `vpc-isolated-${zone}`, TABLE),
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: id(resources, "vpc-igw", "aws:ec2/internetGateway:InternetGateway"),
  }));
const publicInstance = change("database-instance-1", INSTANCE, () => ({ publiclyAccessible: true }));

const USES = "fetcher reach database-proxy:5432";
const OPENS = "database-proxy reach database-cluster:5432";
const HOSTS_CLUSTER = "vpc not-reach database-cluster:5432";
const HOSTS_PROXY = "vpc not-reach database-proxy:5432";
const AROUND = "fetcher not-reach database-cluster:5432";
const INTERNET = "internet not-reach database-cluster:5432";

interface Example {
  readonly breaks: string;
  readonly mutation: Mutation;
  /** Failed proofs, each with its code and the resource that it names. */
  readonly fails: Readonly<Record<string, readonly [code: string, names: string]>>;
}

const EXAMPLES: readonly Example[] = [
  {
    breaks: "the function's way out to the proxy",
    mutation: without("fetcher-database-to-proxy", EGRESS),
    fails: { [USES]: ["ENI_SG_RULES_MISMATCH", "fetcher-function"] },
  },
  {
    breaks: "the proxy's way in for the function",
    mutation: without("fetcher-database-from-function", INGRESS),
    fails: { [USES]: ["SG_HAS_NO_RULES", "database-proxy"] },
  },
  {
    breaks: "the port of that rule",
    mutation: change("fetcher-database-from-function", INGRESS, () => ({ fromPort: 3306, toPort: 3306 })),
    fails: { [USES]: ["ENI_SG_RULES_MISMATCH", "database-proxy"] },
  },
  {
    breaks: "the function's login",
    mutation: without("fetcher-database-login", "aws:iam/rolePolicy:RolePolicy"),
    fails: { [USES]: ["IDENTITY_POLICY_DENIES", "fetcher-role"] },
  },
  {
    breaks: "the proxy that the login is for",
    mutation: change("fetcher-database-login", "aws:iam/rolePolicy:RolePolicy", ({ policy }) => ({
      policy: String(policy).replace(/prx-[0-9a-f]+/, "prx-00000000000000000"),
    })),
    fails: { [USES]: ["IDENTITY_POLICY_DENIES", "fetcher-role"] },
  },
  {
    breaks: "the user that the login is for",
    mutation: change("fetcher-database-login", "aws:iam/rolePolicy:RolePolicy", ({ policy }) => ({
      policy: String(policy).replace("/postgres", "/somebody"),
    })),
    fails: { [USES]: ["IDENTITY_POLICY_DENIES", "fetcher-role"] },
  },
  {
    breaks: "the proxy's way out to the cluster",
    mutation: without("database-proxy-to-cluster", EGRESS),
    fails: { [OPENS]: ["SG_HAS_NO_RULES", "database-proxy"] },
  },
  {
    breaks: "the cluster's way in for the proxy",
    mutation: without("database-cluster-from-proxy", INGRESS),
    fails: { [OPENS]: ["SG_HAS_NO_RULES", "database-cluster"] },
  },
  {
    breaks: "the cluster's isolation, by a rule for the private subnets",
    mutation: letIn("database-cluster", "10.20.0.0/16"),
    fails: { [HOSTS_CLUSTER]: ["reachable", "database-cluster"] },
  },
  {
    breaks: "the cluster's isolation, by a rule for one of the subnets",
    mutation: letIn("database-cluster", "10.20.32.0/20"),
    fails: { [HOSTS_CLUSTER]: ["reachable", "database-cluster"] },
  },
  {
    breaks: "the proxy's isolation",
    mutation: letIn("database-proxy", "10.20.0.0/16"),
    fails: { [HOSTS_PROXY]: ["reachable", "database-proxy"] },
  },
  {
    breaks: "the way round the proxy, by rules of both groups",
    mutation: all(
      also(EGRESS, (id, resources) => ({
        ...RULE,
        securityGroupId: id(resources, "fetcher-function", GROUP),
        referencedSecurityGroupId: id(resources, "database-cluster", GROUP),
      })),
      also(INGRESS, (id, resources) => ({
        ...RULE,
        securityGroupId: id(resources, "database-cluster", GROUP),
        referencedSecurityGroupId: id(resources, "fetcher-function", GROUP),
      })),
    ),
    fails: { [AROUND]: ["reachable", "database-cluster"] },
  },
  {
    breaks: "an isolated subnet, by a route to a NAT gateway",
    mutation: also(ROUTE, (id, resources) => ({
      routeTableId: id(resources, "vpc-isolated-b", TABLE),
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: id(resources, "vpc-nat-b", "aws:ec2/natGateway:NatGateway"),
    })),
    fails: { "vpc-isolated-b not-reach internet:443": ["reachable", "vpc-nat-b"] },
  },
  {
    breaks: "all that keeps the internet out of the cluster",
    mutation: all(routeOut("a"), publicInstance, letIn("database-cluster", "0.0.0.0/0")),
    fails: {
      [INTERNET]: ["reachable", "database-cluster"],
      [HOSTS_CLUSTER]: ["reachable", "database-cluster"],
    },
  },
  {
    breaks: "the VPC's DNS",
    mutation: change("vpc-vpc", "aws:ec2/vpc:Vpc", () => ({ enableDnsSupport: false })),
    fails: {
      [USES]: ["VPC_DNS_SUPPORT_DISABLED", "vpc-vpc"],
      [OPENS]: ["VPC_DNS_SUPPORT_DISABLED", "vpc-vpc"],
    },
  },
];

/** Proofs of the database and its subnets. */
function proofsOf(resources: Resources): ProofReport[] {
  return proofReports(graphFromResources(resources)).filter(({ id }) => /database|isolated/.test(id));
}

const codeOf = ({ verdict }: ProofReport) => (verdict.status === "blocked" ? verdict.code : verdict.status);
const namesIn = ({ verdict }: ProofReport): string =>
  [
    ...(verdict.status === "blocked" ? [verdict.at.name, verdict.by?.name] : []),
    ...verdict.path.flatMap(({ at, by }) => [at.name, by?.name]),
  ].join(" ");

describe("proofReports of a stack with a database", () => {
  let shipped: Resources;
  before(async () => {
    shipped = (await stackOf("prod", false, DATABASE)).resources;
  });

  it("proves that the function reaches the proxy, and that only the proxy reaches the cluster", () => {
    const proofs = proofsOf(shipped);
    expect(proofs.filter(({ ok }) => !ok).map(({ id }) => id)).to.deep.equal([]);
    expect(proofs.map(({ id }) => id)).to.have.members([
      USES,
      OPENS,
      HOSTS_CLUSTER,
      HOSTS_PROXY,
      AROUND,
      INTERNET,
      "internet not-reach database-proxy:5432",
      ...["a", "b"].flatMap((zone) => [
        `internet not-reach vpc-isolated-${zone}:443`,
        `vpc-isolated-${zone} not-reach internet:443`,
      ]),
    ]);
  });

  it("includes the permission to log in as the last hop", () => {
    const uses = proofsOf(shipped).find(({ id }) => id === USES);
    expect(uses?.verdict.path.at(-1)?.text).to.match(
      /^rds-db:connect on arn:aws:rds-db:\S+prx-\S+\/postgres:/,
    );
  });

  for (const { breaks, mutation, fails } of EXAMPLES) {
    it(`fails only the affected proofs after breaking ${breaks}`, () => {
      const failed = proofsOf(mutation(shipped)).filter(({ ok }) => !ok);
      expect(failed.map(({ id }) => id)).to.have.members(Object.keys(fails));
      for (const proof of failed) {
        const [code = "", names = ""] = fails[proof.id] ?? [];
        expect(codeOf(proof), proof.id).to.equal(code);
        expect(namesIn(proof), proof.id).to.contain(names);
        expect(proof.failure?.fix).to.match(/\S/);
      }
    });
  }

  // Three things keep the internet out. With two of them removed, the proof names the third.
  for (const [what, mutation, code] of [
    [
      "its instances' own addresses",
      all(routeOut("a"), routeOut("b"), letIn("database-cluster", "0.0.0.0/0")),
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    ],
    [
      "the isolated subnets' routes",
      all(publicInstance, letIn("database-cluster", "0.0.0.0/0")),
      "NO_ROUTE_TO_DESTINATION",
    ],
    ["its security group", all(publicInstance, routeOut("a"), routeOut("b")), "ENI_SG_RULES_MISMATCH"],
  ] as const) {
    it(`proves that the internet cannot reach the cluster because of ${what} alone`, () => {
      const proof = proofsOf(mutation(shipped)).find(({ id }) => id === INTERNET);
      expect(proof).to.include({ ok: true });
      expect(proof && codeOf(proof)).to.equal(code);
    });
  }

  it("returns an unknown verdict if an instance's public address is unknown", () => {
    const unsure = change("database-instance-2", INSTANCE, () => ({ publiclyAccessible: UNKNOWN }));
    const proof = proofsOf(
      all(unsure, routeOut("a"), routeOut("b"), letIn("database-cluster", "0.0.0.0/0"))(shipped),
    ).find(({ id }) => id === INTERNET);
    expect(proof).to.include({ ok: false });
    expect(proof?.verdict.status).to.equal("unknown");
  });

  it("has no excess grant for the function and the proxy", () => {
    const { roles } = permissionReport(graphFromResources(shipped));
    const of = (name: string) => roles.find(({ role }) => role.name === name);
    for (const name of ["fetcher-role", "database-proxy"]) {
      expect(of(name)).to.deep.include({ excess: [], unknown: [] });
    }
  });

  for (const [what, mutation, role, excess] of [
    [
      "a login as anybody",
      change("fetcher-database-login", "aws:iam/rolePolicy:RolePolicy", ({ policy }) => ({
        policy: String(policy).replace("/postgres", "/*"),
      })),
      "fetcher-role",
      "rds-db:connect",
    ],
    [
      "a proxy that may read every secret",
      change("database-proxy", "aws:iam/rolePolicy:RolePolicy", ({ policy }) => ({
        policy: String(policy).replace(/arn:aws:secretsmanager[^"]*/, "*"),
      })),
      "database-proxy",
      "secretsmanager:GetSecretValue",
    ],
  ] as const) {
    it(`reports excess grants for ${what}`, () => {
      const { roles } = permissionReport(graphFromResources(mutation(shipped)));
      const [found, ...others] = roles.find((each) => each.role.name === role)?.excess ?? [];
      expect(others).to.deep.equal([]);
      expect(found).to.contain(excess).and.contain("broader than");
    });
  }

  it("checks the login too if the caller asks whether the function reaches the proxy", () => {
    const ask = (resources: Resources, to: string) => {
      const graph = graphFromResources(resources);
      const from = parsePlace("fetcher", graph);
      return trace(graph, from, withDeclaredUse(graph, from, parsePlace(to, graph)), 5432);
    };
    const [removed] = EXAMPLES.filter(({ breaks }) => breaks === "the function's login");
    expect(ask(shipped, "database-proxy").path.at(-1)?.text).to.contain("rds-db:connect");
    expect(ask(removed?.mutation(shipped) ?? [], "database-proxy")).to.include({
      code: "IDENTITY_POLICY_DENIES",
    });
    expect(ask(shipped, "database-cluster")).to.include({ status: "blocked", code: "ENI_SG_RULES_MISMATCH" });
  });

  it("accepts the proxy and the cluster as places in a question", () => {
    const graph = graphFromResources(shipped);
    expect(parsePlace("database-proxy", graph)).to.deep.equal({ kind: "resource", name: "database-proxy" });
    expect(parsePlace("database-cluster", graph)).to.deep.equal({
      kind: "resource",
      name: "database-cluster",
    });
  });
});

describe("A database before and after its deployment", () => {
  const statuses = (resources: Resources) =>
    proofReports(graphFromResources(resources)).map(({ id, ok, verdict }) => [id, ok, verdict.status]);

  it("has the same verdicts in a stack export", async () => {
    const made = await stackOf("prod", false, DATABASE);
    const json: unknown = JSON.parse(JSON.stringify(exportOf(made)));
    expect(statuses(resourcesFromExport(json))).to.deep.equal(statuses(made.resources));
  });

  for (const preview of [true, false]) {
    it(`violates no policy ${preview ? "at a first preview, without any id" : "after an update"}`, async () => {
      const { resources } = await stackOf("prod", preview, DATABASE);
      const view = viewStack(engineResources(resources, preview));
      expect(proofReports(view.graph).some(({ id }) => id === USES)).to.equal(true);
      expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
    });
  }

  it("plans the login's policy exactly as it is deployed", async () => {
    const { resources } = await stackOf("prod", false, DATABASE);
    const [plan, ...others] = resources
      .filter(({ name }) => name === "fetcher-database")
      .flatMap((resource) => plannedValues(resource));
    expect(others).to.deep.equal([]);
    const forgotten = resources.map((resource) =>
      resource.urn === plan?.resource
        ? { ...resource, properties: { ...resource.properties, policy: UNKNOWN } }
        : resource,
    );
    const policyIn = (all: Resources) => all.find(({ urn }) => urn === plan?.resource)?.properties.policy;
    expect(policyIn(withPlannedValues(forgotten)))
      .to.equal(policyIn(resources))
      .and.contain("dbuser:prx-");
  });

  it("violates a policy at a first preview if the login names another user", async () => {
    const { resources } = await stackOf("prod", true, DATABASE);
    const broken = resources.map((resource) => {
      if (resource.name !== "fetcher-database") return resource;
      const text = JSON.stringify(resource.properties).replace("}}/postgres", "}}/somebody");
      return { ...resource, properties: JSON.parse(text) };
    });
    const [violation, ...others] = brokenIntents(viewStack(engineResources(broken, true)));
    expect(others).to.deep.equal([]);
    expect(violation?.message).to.contain("fetcher must reach database-proxy on port 5432");
    expect(violation?.message).to.contain("rds-db:connect");
  });
});

describe("forecastCapacity of a database's connections", () => {
  let shipped: Resources;
  before(async () => {
    shipped = (await stackOf("prod", false, DATABASE)).resources;
  });
  const connections = (resources: Resources, usage: Partial<Usage> = {}) =>
    forecastCapacity(graphFromResources(resources), { ...DEFAULT_USAGE, ...usage }).items.find(({ what }) =>
      what.includes("connections of database-proxy"),
    );

  it("leaves room for one connection of every environment", () => {
    // 16% of 823 connections, and 100 environments with one each.
    expect(connections(shipped)).to.include({ limit: 131, used: 100, headroom: 31 });
  });

  for (const [what, mutation, used, limit] of [
    [
      "a smaller pool",
      change("database-proxy-targets", "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", () => ({
        connectionPoolConfig: { maxConnectionsPercent: 10 },
      })),
      100,
      82,
    ],
    [
      "a smaller database",
      change("database-cluster", "aws:rds/cluster:Cluster", () => ({
        serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 1 },
      })),
      100,
      30,
    ],
    [
      "a function without a bound of its own",
      change("fetcher-function", "aws:lambda/function:Function", () => ({
        reservedConcurrentExecutions: undefined,
      })),
      1000,
      131,
    ],
  ] as const) {
    it(`reports too few connections for ${what}`, () => {
      expect(connections(mutation(shipped))).to.include({ used, limit, headroom: limit - used });
    });
  }

  it("reports too few connections for two connections of each environment", () => {
    expect(connections(shipped, { connectionsPerEnvironment: 2 })).to.include({ used: 200, headroom: -69 });
  });
});

describe("forecastCost of a database", () => {
  const lines = async (usage: Partial<Usage> = {}) => {
    const { resources } = await stackOf("prod", false, DATABASE);
    const forecast = forecastCost(graphFromResources(resources), { ...DEFAULT_USAGE, ...usage }, "us-east-1");
    expect(forecast.notPriced).to.deep.equal([]);
    return forecast.lines.filter(({ resource }) => resource.name.startsWith("database-"));
  };
  const fixed = (found: Awaited<ReturnType<typeof lines>>, product: string) =>
    found
      .filter((line) => line.product === product)
      .reduce((sum, { fixedMonthlyUsd = 0 }) => sum + fixedMonthlyUsd, 0);

  it("charges half a unit for each instance, eight units for the proxy, and the secret", async () => {
    const found = await lines();
    expect(fixed(found, "Aurora Serverless v2")).to.be.closeTo(2 * 0.5 * 0.12 * 730, 1e-9);
    expect(fixed(found, "RDS Proxy for Aurora Serverless v2")).to.be.closeTo(8 * 0.015 * 730, 1e-9);
    expect(fixed(found, "secret")).to.be.closeTo(0.4, 1e-9);
    expect(found.some(({ product }) => product === "RDS Proxy")).to.equal(false);
  });

  it("charges the proxy for the used units beyond eight", async () => {
    const [proxy] = (await lines({ auroraCapacityUnits: 6 })).filter(({ product }) =>
      product.startsWith("RDS Proxy"),
    );
    expect(proxy?.quantity).to.be.closeTo(12 * 730, 1e-9);
    expect(proxy?.usageMonthlyUsd).to.be.closeTo(4 * 0.015 * 730, 1e-9);
  });
});
