import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { functionConfiguration, rds } from "./lab/aws.js";
import {
  configure,
  copyProgram,
  linkModules,
  makeFolder,
  type Outputs,
  outputsOf,
  pulumi,
  tryPulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "orders";
const database = (more: object) => ({ database: { name: "orders", maximumCapacity: 8, ...more } });

// A program and a stack of its own, which the other files know nothing of.
describe("a stack with a database", () => {
  const folder = copyProgram("database");
  let deployed: Outputs;

  before(async () => {
    linkModules(folder);
    // The emulator cannot list the tags of a cluster's parameter group, which the provider asks for at once.
    writeFileSync(
      join(folder, "components/database/parameter-group.ts"),
      "export const requireTls = (): undefined => undefined;\n",
    );
    configure(folder, STACK, {
      networking: "vpc",
      vpc: { cidrBlock: "10.40.0.0/16" },
      parameters: { path: "/lambda-networking/database", values: { greeting: "hello" } },
      api: {},
      function: { ...KNOWN_RUNTIME, reservedConcurrency: 50 },
      ...database({}),
    });
    await pulumi(folder, "stack", "init", STACK);
  });

  it("is deployed", async () => {
    await up(folder, STACK);
    deployed = await outputsOf(folder, STACK);
    expect(deployed.databaseName).to.equal("orders");
    expect(deployed.isolatedSubnetIds).to.have.length(2);
  });

  it("has a serverless cluster whose password AWS keeps", async () => {
    const cluster = await rds("DescribeDBClusters", {
      DBClusterIdentifier: `lambda-networking-${STACK}-database`,
    });
    expect(cluster).to.match(/<MaxCapacity>8(\.0)?<\/MaxCapacity>/);
    expect(cluster).to.match(/<SecretArn>arn:aws:secretsmanager:[^<]+<\/SecretArn>/);
    expect(cluster).to.contain("<StorageEncrypted>true</StorageEncrypted>");
    expect(cluster).to.contain("<DeletionProtection>true</DeletionProtection>");
  });

  it("has a proxy before it, with a pool for fifty environments", async () => {
    const proxies = await rds("DescribeDBProxies", {});
    expect(proxies).to.contain(`<Endpoint>${deployed.databaseProxyEndpoint}</Endpoint>`);
    expect(proxies).to.contain("<RequireTLS>true</RequireTLS>");
    expect(proxies).to.contain("<IAMAuth>REQUIRED</IAMAuth>");
    const [, name = ""] = /<DBProxyName>([^<]+)<\/DBProxyName>/.exec(proxies) ?? [];
    const groups = await rds("DescribeDBProxyTargetGroups", { DBProxyName: name });
    // 65 connections of 1,669.
    expect(groups).to.contain("<MaxConnectionsPercent>4</MaxConnectionsPercent>");
    const targets = await rds("DescribeDBProxyTargets", { DBProxyName: name });
    expect(targets).to.contain(`lambda-networking-${STACK}-database`);
  });

  it("tells the function where the database is, and nothing secret", async () => {
    const { Environment } = await functionConfiguration(deployed.functionName);
    expect(Environment.Variables).to.include({
      DATABASE_HOST: deployed.databaseProxyEndpoint,
      DATABASE_PORT: "5432",
      DATABASE_NAME: "orders",
      DATABASE_USER: "postgres",
    });
    expect(JSON.stringify(Environment)).not.to.contain("secret");
  });

  it("is proved as it is deployed, the login by its proxy's real id", async () => {
    const file = join(makeFolder("export"), "database.json");
    await pulumi(folder, "stack", "export", "--stack", STACK, "--file", file);
    const graph = graphFromResources(resourcesFromExport(JSON.parse(readFileSync(file, "utf8"))));
    const proofs = proofReports(graph);
    expect(proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
    const login = proofs.find(({ id }) => id === "fetcher reach database-proxy:5432");
    expect(login?.verdict.path.at(-1)?.text).to.contain(":dbuser:");
    expect(permissionReport(graph).roles.flatMap(({ excess }) => excess)).to.deep.equal([]);
  });

  it("goes only when its protection is off, and leaves a last snapshot", async () => {
    configure(folder, STACK, database({ deletionProtection: false }));
    const operations = await up(folder, STACK);
    expect(operations.get("aws:rds/cluster:Cluster database-cluster")).to.equal("update");
    const { status, output } = await tryPulumi(
      folder,
      "destroy",
      "--stack",
      STACK,
      "--yes",
      "--skip-preview",
    );
    expect(status, output).to.equal(0);
    expect(await rds("DescribeDBClusters", {})).not.to.contain(`lambda-networking-${STACK}-database<`);
    expect(await rds("DescribeDBClusterSnapshots", {})).to.match(
      /<DBClusterSnapshotIdentifier>database-subnets-[^<]+-final</,
    );
  });
});
