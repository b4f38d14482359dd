import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { DataRetention } from "../../../components/base/data-retention.js";
import { onObjectCreated } from "../../../components/events/triggers/bucket.js";
import { onQueue } from "../../../components/events/triggers/queue.js";
import { onEvent, onSchedule } from "../../../components/events/triggers/rule.js";
import { onMessage } from "../../../components/events/triggers/topic.js";
import { WorkQueue } from "../../../components/events/work-queue.js";
import {
  ApplicationFunction,
  type ApplicationFunctionArgs,
} from "../../../components/function/application-function.js";
import {
  readItems,
  readObjects,
  readParameter,
  readSecret,
  sendMessages,
  writeItems,
  writeObjects,
} from "../../../components/function/uses.js";
import { Vpc } from "../../../components/network/vpc/vpc.js";
import { FileSystem } from "../../../components/storage/file-system.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import { permissionReport } from "../../../preflight/least-privilege/report.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { withPlannedValues } from "../../../preflight/sources/policy-engine/planned-values.js";
import { networkSettings } from "../../../program/settings.js";
import { record, TARGET } from "../../support/components.js";
import type { Resources } from "../../support/stacks.js";

const data = new DataRetention(false);
const common = { data, target: TARGET };

const make = (name: string, args: Partial<ApplicationFunctionArgs> = {}) =>
  new ApplicationFunction(name, { entry: "examples/own-function/handler.ts", ...common, ...args });

const network = (name = "vpc") =>
  new Vpc(name, {
    cidrBlock: "10.50.0.0/16",
    azSlots: 8,
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    nat: "none",
    ipv6: false,
    settings: networkSettings(false),
  });

const graphOf = ({ all }: Resources) =>
  graphFromResources(withPlannedValues(all), { account: TARGET.accountId, region: TARGET.region });

function expectSound(resources: Resources): readonly string[] {
  const graph = graphOf(resources);
  const proofs = proofReports(graph);
  expect(proofs.filter(({ ok }) => !ok).map(({ id, failure }) => ({ id, failure }))).to.deep.equal([]);
  const { roles, refused } = permissionReport(graph);
  expect(
    roles.flatMap(({ excess, undeclared, unknown }) => [excess, undeclared, unknown].flat()),
  ).to.deep.equal([]);
  expect(refused).to.deep.equal([]);
  return proofs.map(({ id }) => id);
}

/** Every kind of use and of trigger, outside any VPC. */
function everything(): void {
  const other = make("other");
  const table = new aws.dynamodb.Table("things", {
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
  });
  const topic = new aws.sns.Topic("things");
  const bucket = new aws.s3.Bucket("things");
  const queue = new aws.sqs.Queue("things");
  const parameter = new aws.ssm.Parameter("things", { type: "String", name: "/things/one", value: "1" });
  const secret = new aws.secretsmanager.Secret("things");
  const work = new WorkQueue("work", common);
  make("worker", {
    uses: [
      readItems(table, { indexes: true }),
      writeItems(table),
      sendMessages(queue),
      readObjects(bucket, { prefix: "in/" }),
      writeObjects(bucket, { prefix: "out/" }),
      readParameter(parameter),
      readSecret(secret),
    ],
    triggers: {
      nightly: onSchedule("rate(1 day)"),
      changes: onEvent({ source: ["aws.ec2"] }),
      messages: onMessage(topic),
      files: onObjectCreated(bucket, { prefix: "in/" }),
      work: onQueue(work),
    },
    otherFunctions: [other.lambda],
  });
}

describe("ApplicationFunction", function () {
  this.timeout(30_000);

  for (const preview of [false, true]) {
    it(`proves every kind of use and trigger ${preview ? "at the first preview" : "once it is deployed"}`, async () => {
      const ids = expectSound(await record(everything, { preview }));
      expect(ids).to.include.members([
        "worker reach things (Table):443",
        "worker reach things (Queue):443",
        "worker reach things (Bucket):443",
        "worker reach things (Parameter):443",
        "worker reach things (Secret):443",
        "worker-nightly reach worker:443",
        "worker-changes reach worker:443",
        "things (Topic) reach worker:443",
        "things (Topic) reach worker-failures (Queue):443",
        "things (Bucket) reach worker:443",
        "work-queue (Queue) reach worker:443",
        "internet not-reach worker:443",
        "internet not-reach things (Table):443",
        "other not-reach things (Table):443",
        "other not-reach things (Secret):443",
      ]);
      expect(ids).not.to.include("other not-reach things (Parameter):443");
    });
  }

  it("lets S3 invoke it for the bucket of this account only, and tells S3 afterwards", async () => {
    const resources = await record(everything);
    const permission = resources.one("lambda/permission:Permission", "worker-files");
    expect(permission.inputs).to.include({ principal: "s3.amazonaws.com", sourceAccount: TARGET.accountId });
    const notification = resources.one("s3/bucketNotification:BucketNotification");
    expect(notification.dependencies).to.include(permission.urn);
  });

  it("asks for the messages that failed, and keeps what is tried five times", async () => {
    const resources = await record(everything);
    const { inputs } = resources.one("lambda/eventSourceMapping:EventSourceMapping");
    expect(inputs.functionResponseTypes).to.deep.equal(["ReportBatchItemFailures"]);
    const queue = resources.one("sqs/queue:Queue", "work-queue");
    expect(JSON.parse(String(queue.inputs.redrivePolicy))).to.include({ maxReceiveCount: 5 });
    expect(queue.inputs.visibilityTimeoutSeconds).to.equal(180);
  });

  it("has no queue of failures if Lambda reads every source itself", async () => {
    const resources = await record(() => {
      const work = new WorkQueue("work", common);
      const worker = make("worker", { triggers: { work: onQueue(work) } });
      expect(worker.failures).to.equal(undefined);
    });
    const queues = resources.ofType("sqs/queue:Queue").map(({ name }) => name);
    expect(queues).to.have.members(["work-queue", "work-dead-letters"]);
    expectSound(resources);
  });

  it("refuses a queue whose messages reappear before six timeouts, in words", () => {
    return record(() => {
      const work = new WorkQueue("work", { ...common, visibilityTimeout: 59 });
      expect(() => make("worker", { timeout: 10, triggers: { work: onQueue(work) } })).to.throw(
        "queue work has visibilityTimeout 59: write 60 at least, six times the timeout of function worker",
      );
    });
  });

  it("names the endpoint that is missing in the VPC", async () => {
    const resources = await record(() => {
      const queue = new aws.sqs.Queue("things");
      make("worker", { uses: [sendMessages(queue)], network: { vpc: network() } });
    });
    const [broken, ...others] = proofReports(graphOf(resources)).filter(({ ok }) => !ok);
    expect(others).to.deep.equal([]);
    expect(broken?.id).to.equal("worker reach things (Queue):443");
    expect(broken?.failure?.fix).to.contain("endpoints.others.sqs: {}");
  });
});

describe("files of a function", function () {
  this.timeout(30_000);

  it("need a VPC", () =>
    record(() => {
      const files = new FileSystem("files", { vpc: network(), ...common });
      expect(() => make("worker", { fileSystem: { files, path: "/mnt/files" } })).to.throw(
        "function worker mounts file system files, but is in no VPC",
      );
    }));

  for (const path of ["/mnt", "/mnt/", "/files", "/mnt/a/b", "mnt/files", "/mnt/a b"]) {
    it(`are not mounted at ${path}`, () =>
      record(() => {
        const vpc = network();
        const files = new FileSystem("files", { vpc, ...common });
        expect(() => make("worker", { fileSystem: { files, path }, network: { vpc } })).to.throw(
          `has path ${JSON.stringify(path)}: write /mnt/ and one name`,
        );
      }));
  }

  it("are read only for a function that may not write, and each function has its own directory", async () => {
    const resources = await record(() => {
      const vpc = network();
      const files = new FileSystem("files", { vpc, ...common });
      make("reader", { fileSystem: { files, path: "/mnt/files", readOnly: true }, network: { vpc } });
      make("writer", { fileSystem: { files, path: "/mnt/files" }, network: { vpc } });
    });
    expectSound(resources);
    const paths = resources
      .ofType("efs/accessPoint:AccessPoint")
      .map(({ name, inputs }) => [
        name,
        JSON.stringify(inputs.rootDirectory).includes(`"/${name.split("-")[0]}"`),
      ]);
    expect(paths).to.deep.equal([
      ["reader-files", true],
      ["writer-files", true],
    ]);
    const policy = String(resources.one("iam/rolePolicy:RolePolicy", "reader-permissions").inputs.policy);
    expect(policy).to.contain("elasticfilesystem:ClientMount").and.not.to.contain("ClientWrite");
  });

  it("are protected if data outlives the configuration", async () => {
    const resources = await record(
      () => new FileSystem("files", { vpc: network(), data: new DataRetention(true), target: TARGET }),
    );
    expect(resources.one("efs/fileSystem:FileSystem").protect).to.equal(true);
  });
});
