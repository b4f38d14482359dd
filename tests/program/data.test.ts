import { expect } from "chai";
import { DataRetention } from "../../components/base/data-retention.js";
import { dataMessages } from "../../program/data.js";
import { build, propertyOf, type Settings } from "../support/stacks.js";

const TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-dev-messages";
const ARN = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;

/** Every part that holds data. */
const SETTINGS: Settings = {
  messageStore: { deletionProtection: true },
  logPipeline: { deadLetter: "sqs" },
  parameters: { path: "/app", values: { greeting: "hello" } },
  secretParameters: { token: "correct horse battery staple" },
  function: { reservedConcurrency: 100 },
  database: {},
};

const HOLDERS = [
  "messages-table",
  "log-failures-undelivered",
  "log-failures-dead-letters",
  "parameters-/app/greeting",
  "parameters-/app/token",
] as const;

describe("data of a stack", () => {
  it("is retained, or protected if its resource would block the update by staying", async () => {
    const { all } = await build("prod", SETTINGS);
    expect(
      all.filter(({ retainOnDelete }) => retainOnDelete === true).map(({ name }) => name),
    ).to.have.members([...HOLDERS]);
    expect(all.filter(({ protect }) => protect === true).map(({ name }) => name)).to.deep.equal([
      "database-cluster",
    ]);
  });

  it("is let go of by one setting, in AWS as well as in Pulumi", async () => {
    const resources = await build("prod", { ...SETTINGS, keepData: false });
    const kept = resources.all.filter(({ retainOnDelete, protect }) => retainOnDelete || protect);
    expect(kept).to.deep.equal([]);
    const table = resources.one("dynamodb/table:Table");
    expect(propertyOf(table, "deletionProtectionEnabled")).to.equal(false);
    expect(propertyOf(resources.one("rds/cluster:Cluster"), "deletionProtection")).to.equal(false);
  });

  it("is in no other resource of the program", async () => {
    // A new type must be decided on: held data is retained or protected.
    const types = new Set((await build("prod", SETTINGS)).all.map(({ type }) => type));
    const storing = [...types].filter((type) =>
      /^aws:(dynamodb|rds|s3|sqs|ssm|efs|elasticache|kinesis|kms|secretsmanager|cloudwatch\/logGroup)/.test(
        type,
      ),
    );
    expect(storing.sort()).to.deep.equal([
      "aws:cloudwatch/logGroup:LogGroup", // not kept: docs/data.md
      "aws:dynamodb/table:Table",
      "aws:rds/cluster:Cluster",
      "aws:rds/clusterInstance:ClusterInstance", // the cluster has the data
      "aws:rds/clusterParameterGroup:ClusterParameterGroup",
      "aws:rds/proxy:Proxy",
      "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
      "aws:rds/proxyTarget:ProxyTarget",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:sqs/queue:Queue",
      "aws:ssm/parameter:Parameter",
    ]);
  });
});

describe("DataRetention", () => {
  const holder = { what: "the messages", arn: TABLE, importId: "orders-dev-messages" };

  it("takes a kept resource over, and imports nothing that AWS does not have", () => {
    expect(new DataRetention(true, [TABLE]).retained(holder)).to.deep.equal({
      retainOnDelete: true,
      import: "orders-dev-messages",
    });
    expect(new DataRetention(true, []).retained(holder)).to.deep.equal({ retainOnDelete: true });
  });

  it("takes it over even if the data is no longer kept, because AWS has the name", () => {
    expect(new DataRetention(false, [TABLE]).retained(holder)).to.deep.equal({
      import: "orders-dev-messages",
    });
  });

  it("does not import what has no certain id", () => {
    const queue = { what: "events", arn: ARN("sqs", "orders-dev-log-undelivered") };
    expect(new DataRetention(true, [queue.arn]).retained(queue)).to.deep.equal({ retainOnDelete: true });
  });

  it("tells what is left apart from what the stack has", () => {
    const data = new DataRetention(true, [TABLE, ARN("ssm", "parameter/app/old")]);
    data.retained(holder);
    expect(data.left).to.deep.equal([ARN("ssm", "parameter/app/old")]);
  });
});

describe("dataMessages", () => {
  it("says nothing if the data is kept and nothing is left", () => {
    expect(dataMessages({ keep: true, holders: [{ what: "a", arn: TABLE }], left: [] })).to.deep.equal([]);
  });

  it("names each resource that is left, and how to delete it", () => {
    const left = [TABLE, ARN("ssm", "parameter/app/old"), ARN("ssm", "parameter/a"), ARN("sqs", "q")];
    const texts = dataMessages({ keep: true, holders: [], left });
    expect(texts).to.have.length(4);
    expect(texts[0]).to.contain(TABLE).and.contain("delete-table --region eu-west-1 --table-name orders-dev");
    expect(texts[1]).to.contain("--name /app/old");
    expect(texts[2]).to.match(/--name \/a$/);
    expect(texts[3]).to.contain("--queue-url https://sqs.eu-west-1.amazonaws.com/111122223333/q");
  });

  it("names everything that the setting lets go of", () => {
    const holders = [
      { what: "the messages in table t", arn: TABLE },
      { what: "parameter /app/a", arn: ARN("ssm", "parameter/app/a") },
    ];
    const [text, ...others] = dataMessages({ keep: false, holders, left: [] });
    expect(others).to.deep.equal([]);
    expect(text).to.contain("keepData is false").and.contain("table t, parameter /app/a");
  });

  it("says that what is no longer in the configuration goes with this update", () => {
    const [text] = dataMessages({ keep: false, holders: [], left: [TABLE] });
    expect(text).to.contain(TABLE).and.contain("This update deletes it");
  });
});
