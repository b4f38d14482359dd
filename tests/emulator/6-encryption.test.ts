import { expect } from "chai";
import { call, callStage } from "./lab/aws.js";
import { configure, copyProgram, linkModules, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "sealed";
const PATH = `/lambda-networking/${STACK}`;
const TABLE = `lambda-networking-${STACK}-messages`;

describe("a stack with a key of its own", () => {
  const folder = copyProgram("encryption");
  let apiId = "";
  let keyArn = "";

  before(async () => {
    linkModules(folder);
    configure(folder, STACK, {
      networking: "public",
      function: KNOWN_RUNTIME,
      parameters: { path: PATH, values: { greeting: "hello" } },
      api: { metrics: false, tracing: false },
      messageStore: {},
      logPipeline: {},
      kmsKey: "create",
    });
    await pulumi(folder, "stack", "init", STACK);
    await pulumi(
      folder,
      "config",
      "set",
      "--secret",
      "--path",
      "secretParameters.password",
      "hunter2-sealed",
    );
    await up(folder, STACK);
    apiId = (await outputsOf(folder, STACK)).apiId;
  });

  it("encrypts parameters, table and log groups with it, as AWS says", async () => {
    const { Table } = await call("dynamodb", "DynamoDB_20120810.DescribeTable", { TableName: TABLE });
    expect(Table.SSEDescription).to.include({ SSEType: "KMS" });
    keyArn = Table.SSEDescription.KMSMasterKeyArn;
    expect(keyArn).to.match(/^arn:aws:kms:eu-west-1:\d{12}:key\//);
    const { KeyMetadata } = await call("kms", "TrentService.DescribeKey", { KeyId: keyArn });
    expect(KeyMetadata).to.include({ KeyManager: "CUSTOMER", Enabled: true });
    const { Parameters } = await call("ssm", "AmazonSSM.DescribeParameters", {
      ParameterFilters: [{ Key: "Name", Values: [`${PATH}/password`] }],
    });
    expect(Parameters[0]).to.include({ Type: "SecureString", KeyId: keyArn });
    const { logGroups } = await call("logs", "Logs_20140328.DescribeLogGroups", {
      logGroupNamePrefix: `/aws/lambda/lambda-networking-${STACK}-`,
    });
    expect(logGroups.map(({ kmsKeyId }: { kmsKeyId?: string }) => kmsKeyId)).to.deep.equal(
      Array(3).fill(keyArn),
    );
  });

  it("serves its secrets, and writes and reads messages", async () => {
    const { messages } = await (await callStage(apiId, "/messages")).json();
    expect(messages).to.deep.equal({ greeting: "hello", password: "hunter2-sealed" });
    const headers = { "content-type": "application/json", "Idempotency-Key": "sealed-1" };
    const posted = await callStage(apiId, "/messages", {
      method: "POST",
      headers,
      body: '{"text":"secret"}',
    });
    expect(posted.status).to.equal(201);
    expect(await (await callStage(apiId, "/messages/sealed-1")).json()).to.include({ text: "secret" });
  });

  it("keeps the key with the messages that only it can read, after the stack is destroyed", async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
    const { KeyMetadata } = await call("kms", "TrentService.DescribeKey", { KeyId: keyArn });
    expect(KeyMetadata).to.include({ KeyState: "Enabled" });
    const { Table } = await call("dynamodb", "DynamoDB_20120810.DescribeTable", { TableName: TABLE });
    expect(Table).to.include({ TableStatus: "ACTIVE", ItemCount: 1 });
  });
});
