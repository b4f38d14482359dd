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

// Uses a separate program and stack, which no other file uses.
describe("stack with a database", () => {
  const folder = copyProgram("database");
  let deployed: Outputs;

  before(async () => {
    linkModules(folder);
    // The emulator cannot list the tags of a cluster's parameter group, which the provider reads at once.
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

  it("deploys with a database", async () => {
    await up(folder, STACK);
    deployed = await outputsOf(folder, STACK);
    expect(deployed.databaseName).to.equal("orders");
    expect(deployed.isolatedSubnetIds).to.have.length(2);
  });

  it("creates a serverless cluster whose password AWS keeps", async () => {
    const cluster = await rds("DescribeDBClusters", {
      DBClusterIdentifier: `lambda-networking-${STACK}-database`,
    });
    expect(cluster).to.match(/<MaxCapacity>8(\.0)?<\/MaxCapacity>/);
    expect(cluster).to.match(/<SecretArn>arn:aws:secretsmanager:[^<]+<\/SecretArn>/);
    expect(cluster).to.contain("<StorageEncrypted>true</StorageEncrypted>");
    expect(cluster).to.contain("<DeletionProtection>true</DeletionProtection>");
  });

  it("creates a proxy in front of the cluster, with a pool for fifty environments", async () => {
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

  it("passes the database's address to the function, and no secret", async () => {
    const { Environment } = await functionConfiguration(deployed.functionName);
    expect(Environment.Variables).to.include({
      DATABASE_HOST: deployed.databaseProxyEndpoint,
      DATABASE_PORT: "5432",
      DATABASE_NAME: "orders",
      DATABASE_USER: "postgres",
    });
    expect(JSON.stringify(Environment)).not.to.contain("secret");
  });

  it("proves its intents after deployment, with the login by the proxy's real id", async () => {
    const file = join(makeFolder("export"), "database.json");
    await pulumi(folder, "stack", "export", "--stack", STACK, "--file", file);
    const graph = graphFromResources(resourcesFromExport(JSON.parse(readFileSync(file, "utf8"))));
    const proofs = proofReports(graph);
    expect(proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
    const login = proofs.find(({ id }) => id === "fetcher reach database-proxy:5432");
    expect(login?.verdict.path.at(-1)?.text).to.contain(":dbuser:");
    expect(permissionReport(graph).roles.flatMap(({ excess }) => excess)).to.deep.equal([]);
  });

  it("refuses to delete or replace the database at the preview", async () => {
    const cluster = /unable to replace|cannot be deleted/;
    for (const change of [{ database: false }, { database: { name: "renamed", maximumCapacity: 8 } }]) {
      configure(folder, STACK, change);
      const { status, output } = await tryPulumi(folder, "preview", "--stack", STACK);
      expect(status).not.to.equal(0);
      expect(output).to.match(cluster).and.contain("database-cluster");
    }
    configure(folder, STACK, database({}));
    const { status, output } = await tryPulumi(folder, "destroy", "--stack", STACK, "--yes");
    expect(status).not.to.equal(0);
    expect(output).to.contain("cannot be deleted").and.contain("database-cluster");
    expect(await rds("DescribeDBClusters", {})).to.contain(`lambda-networking-${STACK}-database<`);
  });

  it("destroys the stack with keepData: false, and leaves a final snapshot", async () => {
    configure(folder, STACK, { keepData: false });
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
