import { expect } from "chai";
import { logged } from "./lab/aws.js";
import {
  copyEventSettings,
  eventSettings,
  eventually,
  invokeLater,
  makeQueue,
  putEvent,
  receive,
  subscribe,
  topicPolicy,
} from "./lab/pipeline.js";
import { configure, copyProgram, linkModules, type Outputs, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "events";
const MESSAGE = "counted and measured";

describe("event pipeline", () => {
  const folder = copyProgram("pipeline");
  let outputs: Outputs;

  before(async () => {
    linkModules(folder);
    configure(folder, STACK, {
      networking: "public",
      function: KNOWN_RUNTIME,
      parameters: { path: `/lambda-networking/${STACK}` },
      logPipeline: {
        schedule: "rate(1 minute)",
        message: MESSAGE,
        messagesPerRun: 12,
        retries: 1,
        maximumEventAgeInSeconds: 600,
        codePipelineNotifications: { pipelines: ["release"], states: ["FAILED"] },
      },
    });
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK);
    outputs = await outputsOf(folder, STACK);
    await copyEventSettings(outputs.logConsumerName, "1");
    // The first of two attempts, which runs while the other tests do.
    await invokeLater(outputs.logConsumerName, { Records: [{ Sns: { Message: "good" } }, { Sns: {} }] });
  });

  it("sets retries and destination of asynchronous invocations at both functions' aliases", async () => {
    for (const name of [outputs.logProducerName, outputs.logConsumerName]) {
      const settings = await eventSettings(name);
      expect(settings).to.include({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 600 });
      expect(settings.DestinationConfig.OnFailure.Destination).to.match(/:sqs:.*-log-dead-letters$/);
    }
  });

  it("creates a topic that admits its producer and denies every other principal", async () => {
    const { Statement } = await topicPolicy(outputs.logTopicArn);
    const [allow, deny] = Statement;
    expect(allow)
      .to.have.nested.property("Principal.AWS")
      .that.matches(/:role\/log-producer-role-/);
    expect(deny)
      .to.have.nested.property("Condition.ArnNotEquals")
      .that.has.property("aws:PrincipalArn")
      .that.matches(/:role\/log-producer-role-/);
  });

  it("notifies of a failed execution of the named pipeline, and of no other", async () => {
    const queue = await makeQueue("subscriber");
    await subscribe(outputs.logNotificationTopicArn, queue.arn);
    const type = "CodePipeline Pipeline Execution State Change";
    const execution = { "execution-id": "01234567-0123-0123-0123-012345678901" };
    for (const detail of [
      { ...execution, pipeline: "other", state: "FAILED" },
      { ...execution, pipeline: "release", state: "STARTED" },
      { ...execution, pipeline: "release", state: "FAILED" },
    ]) {
      await putEvent("aws.codepipeline", type, detail);
    }
    const { body } = await eventually("a notification", 20, () => receive(queue.url));
    expect(body).to.have.property("Message").that.contains("Pipeline release: FAILED.");
    expect(await receive(queue.url)).to.equal(undefined);
  });

  it("starts by its schedule, and writes count and length of each message", async () => {
    const records = await eventually("twelve messages counted", 75, async () => {
      const found = metricsIn(await logged(outputs.logConsumerName));
      return found.length >= 12 ? found : undefined;
    });
    for (const record of records) {
      expect(record.MessageCount).to.equal(1);
      // The text is wrapped with id, time and source.
      expect(record.MessageLength[0]).to.be.greaterThan(MESSAGE.length + 60);
    }
  });

  it("keeps an event that failed for good in the dead-letter queue, and counts none of it", async () => {
    const { body } = await eventually("a dead letter", 90, () => receive(outputs.logDeadLetterQueueUrl));
    expect(body).to.have.nested.property("requestContext.condition", "RetriesExhausted");
    expect(body).to.have.nested.property("requestContext.approximateInvokeCount", 2);
    expect(body).to.have.nested.property("requestPayload.Records[0].Sns.Message", "good");
    const counted = metricsIn(await logged(outputs.logConsumerName)).flatMap((one) => one.MessageLength);
    expect(counted).not.to.include("good".length);
  });

  it("logs no message's text", async () => {
    const log = (await logged(outputs.logConsumerName)) + (await logged(outputs.logProducerName));
    expect(log).to.contain("record 1 of the event is no message of SNS");
    expect(log).not.to.contain(MESSAGE);
  });

  it("destroys all of the pipeline", async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
  });
});

interface MetricRecord {
  readonly MessageCount: number;
  readonly MessageLength: readonly number[];
}

function metricsIn(log: string): MetricRecord[] {
  return log
    .split("\n")
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line));
}
