import { expect } from "chai";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, type Settings, textOf } from "../../support/stacks.js";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-user-AbCdEf";

const withDatabase = (database: Settings = {}, more: Settings = {}): Promise<Resources> =>
  build("prod", { function: { reservedConcurrency: 100 }, database, ...more });

const EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const GROUP = "ec2/securityGroup:SecurityGroup";

describe("Database", () => {
  let resources: Resources;
  before(async () => {
    resources = await withDatabase();
  });
  const cluster = () => resources.one("rds/cluster:Cluster");
  const proxy = () => resources.one("rds/proxy:Proxy");
  const isolated = () =>
    ["vpc-isolated-a", "vpc-isolated-b"].map((name) => resources.one("ec2/subnet:Subnet", name));

  it("creates neither database nor isolated subnets unless it is configured", async () => {
    const plain = await build("prod");
    const own = plain.all.filter(({ type, name }) => type.includes("rds") || /database|isolated/.test(name));
    expect(own.map(({ urn }) => urn)).to.deep.equal([]);
    expect(plain.outputs).to.deep.include({
      databaseProxyEndpoint: "",
      databaseName: "",
      databaseUser: "",
      isolatedSubnetIds: [],
    });
    const variables = propertyOf(plain.one("lambda/function:Function"), "environment.variables");
    expect(Object.keys(Object(variables)).filter((name) => name.startsWith("DATABASE"))).to.deep.equal([]);
  });

  it("creates a serverless PostgreSQL cluster whose master password AWS keeps and changes", () => {
    expect(cluster().inputs).to.deep.include({
      engine: "aurora-postgresql",
      engineVersion: "17",
      databaseName: "app",
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
    });
    expect(cluster().inputs).not.to.have.any.keys("masterPassword", "masterPasswordWo");
    expect(resources.one("rds/clusterInstance:ClusterInstance").inputs).to.deep.include({
      instanceClass: "db.serverless",
      publiclyAccessible: false,
    });
  });

  it("encrypts the cluster, backs it up and protects it from deletion by default", () => {
    expect(cluster().inputs).to.deep.include({
      storageEncrypted: true,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
    });
    const [parameter] = [
      propertyOf(resources.one("rds/clusterParameterGroup:ClusterParameterGroup"), "parameters.0"),
    ];
    expect(parameter).to.deep.include({ name: "rds.force_ssl", value: "1" });
  });

  it("places cluster and proxy in isolated subnets, which have no route out and assign no public address", () => {
    const ids = isolated().map(({ id }) => id);
    expect(propertyOf(resources.one("rds/subnetGroup:SubnetGroup"), "subnetIds")).to.deep.equal(ids);
    expect(propertyOf(proxy(), "vpcSubnetIds")).to.deep.equal(ids);
    expect(
      isolated().map((subnet) => pick(subnet, "cidrBlock", "mapPublicIpOnLaunch", "ipv6CidrBlock")),
    ).to.deep.equal(
      ["10.20.20.0/22", "10.20.52.0/22"].map((cidrBlock) => ({
        cidrBlock,
        mapPublicIpOnLaunch: false,
        ipv6CidrBlock: undefined,
      })),
    );
    const tables = ["vpc-isolated-a", "vpc-isolated-b"].map(
      (name) => resources.one("ec2/routeTable:RouteTable", name).id,
    );
    const routes = resources.ofType("ec2/route:Route").map((route) => propertyOf(route, "routeTableId"));
    expect(routes.filter((table) => tables.includes(String(table)))).to.deep.equal([]);
    const endpoints = resources.ofType("ec2/vpcEndpoint:VpcEndpoint");
    const through = endpoints.flatMap((endpoint) => propertyOf(endpoint, "routeTableIds") ?? []);
    expect(through).not.to.include.members(tables);
  });

  it("allows ingress by security group only: from the function to the proxy, from the proxy to the cluster", () => {
    const groupOf = (name: string) => resources.one(GROUP, name).id;
    const [clusterGroup, proxyGroup, caller] = ["database-cluster", "database-proxy", "fetcher-function"].map(
      groupOf,
    );
    const rulesOf = (type: string, group: unknown) =>
      resources
        .ofType(type)
        .filter((rule) => propertyOf(rule, "securityGroupId") === group)
        .map(({ inputs: { description: _, tags: __, ...rule } }) => rule);
    const postgres = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    const rule = (securityGroupId: unknown, referencedSecurityGroupId: unknown) => ({
      ...postgres,
      securityGroupId,
      referencedSecurityGroupId,
    });
    expect(rulesOf(INGRESS, clusterGroup)).to.deep.equal([rule(clusterGroup, proxyGroup)]);
    expect(rulesOf(EGRESS, clusterGroup)).to.deep.equal([]);
    expect(rulesOf(INGRESS, proxyGroup)).to.deep.equal([rule(proxyGroup, caller)]);
    expect(rulesOf(EGRESS, proxyGroup)).to.deep.equal([rule(proxyGroup, clusterGroup)]);
    expect(rulesOf(EGRESS, caller)).to.deep.include(rule(caller, proxyGroup));
  });

  it("creates a proxy that requires TLS and IAM and does not log statements", () => {
    const secretArn = propertyOf(cluster(), "masterUserSecrets.0.secretArn");
    expect(secretArn).to.be.a("string").that.contains(":secret:rds!cluster-");
    expect(proxy().inputs).to.deep.include({
      engineFamily: "POSTGRESQL",
      requireTls: true,
      debugLogging: false,
      auths: [{ authScheme: "SECRETS", iamAuth: "REQUIRED", secretArn }],
    });
  });

  it("lets the proxy's role read its secret and nothing else", () => {
    const [statement, ...others] = statementsOf(
      textOf(resources.one("iam/rolePolicy:RolePolicy", "database-proxy"), "policy"),
    );
    expect(others).to.deep.equal([]);
    expect(statement).to.deep.include({
      effect: "Allow",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [propertyOf(cluster(), "masterUserSecrets.0.secretArn")],
    });
    const [trust] = statementsOf(
      textOf(resources.one("iam/role:Role", "database-proxy"), "assumeRolePolicy"),
    );
    expect(trust).to.deep.include({
      principal: { Service: "rds.amazonaws.com" },
      condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
  });

  it("sizes the proxy's pool by the function's reserved concurrency", async () => {
    const poolOf = (found: Resources) =>
      propertyOf(found.one("rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"), "connectionPoolConfig");
    // For 100 environments the proxy needs 130 of the 823 connections at 4 units.
    expect(poolOf(resources)).to.deep.equal({
      maxConnectionsPercent: 16,
      maxIdleConnectionsPercent: 8,
      connectionBorrowTimeout: 10,
    });
    const larger = await withDatabase({}, { function: { reservedConcurrency: 500, timeout: 29 } });
    expect(poolOf(larger)).to.deep.equal({
      maxConnectionsPercent: 79,
      maxIdleConnectionsPercent: 39,
      connectionBorrowTimeout: 29,
    });
  });

  it("registers the cluster as the proxy's target after its instances", async () => {
    const two = await withDatabase({ instances: 2 });
    const target = two.one("rds/proxyTarget:ProxyTarget");
    const instances = two.ofType("rds/clusterInstance:ClusterInstance").map(({ urn }) => urn);
    expect(instances).to.have.length(2);
    expect(target.dependencies).to.include.members(instances);
  });

  it("lets the function log in as one user, and passes the connection's settings in environment variables", () => {
    const statements = statementsOf(
      textOf(resources.one("iam/rolePolicy:RolePolicy", "fetcher-database-login"), "policy"),
    );
    const id = textOf(proxy(), "arn").split(":").at(-1);
    expect(id).to.match(/^prx-/);
    expect(statements).to.have.length(1);
    expect(statements[0]).to.deep.include({
      effect: "Allow",
      actions: ["rds-db:connect"],
      resources: [`arn:aws:rds-db:eu-west-1:111122223333:dbuser:${id}/postgres`],
    });
    const lambda = resources.one("lambda/function:Function");
    expect(propertyOf(lambda, "environment.variables")).to.deep.include({
      DATABASE_HOST: propertyOf(proxy(), "endpoint"),
      DATABASE_PORT: "5432",
      DATABASE_NAME: "app",
      DATABASE_USER: "postgres",
    });
    expect(propertyOf(lambda, "reservedConcurrentExecutions")).to.equal(100);
  });

  it("outputs endpoint, database and user, and no secret", () => {
    expect(resources.outputs).to.deep.include({
      databaseProxyEndpoint: propertyOf(proxy(), "endpoint"),
      databaseName: "app",
      databaseUser: "postgres",
      isolatedSubnetIds: isolated().map(({ id }) => id),
    });
    expect(JSON.stringify(resources.outputs)).not.to.contain("secret:");
  });

  it("creates the log group with a retention period before RDS would create one", () => {
    const group = resources.one("cloudwatch/logGroup:LogGroup", "database-logs");
    const identifier = String(cluster().inputs.clusterIdentifier);
    expect(identifier).to.equal("lambda-networking-prod-database");
    expect(pick(group, "name", "retentionInDays")).to.deep.equal({
      name: `/aws/rds/cluster/${identifier}/postgresql`,
      retentionInDays: 30,
    });
    expect(cluster().dependencies).to.include(group.urn);
  });
});

describe("Database settings", () => {
  it("encrypts storage and secret with a configured key, and lets the proxy use it", async () => {
    const resources = await withDatabase({ kmsKeyArn: KEY });
    expect(resources.one("rds/cluster:Cluster").inputs).to.deep.include({
      kmsKeyId: KEY,
      masterUserSecretKmsKeyId: KEY,
    });
    const statements = statementsOf(
      textOf(resources.one("iam/rolePolicy:RolePolicy", "database-proxy"), "policy"),
    );
    expect(statements.find(({ actions }) => actions.includes("kms:Decrypt"))).to.deep.include({
      resources: [KEY],
      condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" } },
    });
  });

  it("lets the proxy read the configured user's secret instead of the master user's", async () => {
    const resources = await withDatabase({ user: { name: "app_user", secretArn: SECRET } });
    expect(propertyOf(resources.one("rds/proxy:Proxy"), "auths.0.secretArn")).to.equal(SECRET);
    const [read] = statementsOf(
      textOf(resources.one("iam/rolePolicy:RolePolicy", "database-proxy"), "policy"),
    );
    expect(read?.resources).to.deep.equal([SECRET]);
    const login = textOf(resources.one("iam/rolePolicy:RolePolicy", "fetcher-database-login"), "policy");
    expect(login).to.contain("/app_user").and.not.contain("/postgres");
    expect(resources.outputs.databaseUser).to.equal("app_user");
  });

  it("names the final snapshot differently from the snapshot of every earlier cluster", async () => {
    const snapshotOf = async (database: Settings) => {
      const resources = await withDatabase(database);
      const name = textOf(resources.one("rds/cluster:Cluster"), "finalSnapshotIdentifier");
      // The subnet group's name, unlike the cluster's, ends in letters that differ for each deployment.
      expect(name).to.contain(textOf(resources.one("rds/subnetGroup:SubnetGroup"), "name"));
      expect(name).to.match(/^[a-z](?:-?[a-z0-9]+)*$/i);
      return name;
    };
    // Settings that replace the cluster, but not the subnet group.
    const names = [
      await snapshotOf({}),
      await snapshotOf({ name: "other" }),
      await snapshotOf({ kmsKeyArn: KEY }),
    ];
    expect(new Set(names).size).to.equal(3);
    const without = await withDatabase({ finalSnapshot: false });
    expect(without.one("rds/cluster:Cluster").inputs).to.deep.include({ skipFinalSnapshot: true });
    expect(without.one("rds/cluster:Cluster").inputs).not.to.have.property("finalSnapshotIdentifier");
  });
});
