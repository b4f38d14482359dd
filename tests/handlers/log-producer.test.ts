import { type BatchResultErrorEntry, type PublishBatchCommandInput, SNSClient } from "@aws-sdk/client-sns";
import { expect } from "chai";
import fc from "fast-check";
import { makeHandler } from "../../handlers/log-producer/handler.js";
import { PublishFailedError, publish } from "../../handlers/log-producer/publish.js";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:log-topic";
const EVENT = { id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", time: "2026-01-02T03:04:00Z" };
const CONTEXT = { awsRequestId: "3f1d9e6c", functionName: "log-producer" };
const SECRET = "what the message says";

interface Entry {
  readonly Id: string;
  readonly Message: string;
}

type Answer = (entries: readonly Entry[], call: number) => readonly BatchResultErrorEntry[];

const because =
  (SenderFault: boolean, Code = "InternalError") =>
  (Id: string) => ({ Id, Code, SenderFault });
const none: Answer = () => [];

/** An SDK client without network: the given function answers every call, and the calls are recorded. */
function clientOf(answer: Answer) {
  const calls: Entry[][] = [];
  const client = new SNSClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if (!isBatch(input)) throw new Error("a call that is no PublishBatch");
        const { TopicArn, PublishBatchRequestEntries = [] } = input;
        expect(TopicArn).to.equal(TOPIC);
        const entries = PublishBatchRequestEntries.map(({ Id = "", Message = "" }) => ({ Id, Message }));
        calls.push(entries);
        const Failed = answer(entries, calls.length);
        return { output: { $metadata: {}, Failed }, response: {} };
      },
    { step: "initialize", name: "noNetwork" },
  );
  return { client, calls };
}

function isBatch(input: object): input is PublishBatchCommandInput {
  return "PublishBatchRequestEntries" in input && "TopicArn" in input;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("nothing failed");
}

const messages = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`);

describe("publish", () => {
  it("sends each message once, at most ten a call", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (count) => {
        const { client, calls } = clientOf(none);
        await publish(client, TOPIC, messages(count));
        expect(calls.flat().map(({ Message }) => Message)).to.deep.equal(messages(count));
        for (const call of calls) expect(call.length).to.be.within(1, 10);
        for (const call of calls) expect(new Set(call.map(({ Id }) => Id)).size).to.equal(call.length);
      }),
      { numRuns: 30 },
    ));

  it("retries only messages that failed without the sender's fault", async () => {
    const { client, calls } = clientOf((entries, call) =>
      call === 1 ? entries.slice(3, 5).map(({ Id }) => because(false)(Id)) : [],
    );
    await publish(client, TOPIC, messages(10), 0);
    expect(calls[1]?.map(({ Message }) => Message)).to.deep.equal(["message 3", "message 4"]);
    expect(calls).to.have.length(2);
  });

  it("gives a message up after three attempts, and throws with the number of failures and the cause", async () => {
    const { client, calls } = clientOf((entries) =>
      entries.filter(({ Message }) => Message === "message 7").map(({ Id }) => because(false)(Id)),
    );
    const error = await failureOf(publish(client, TOPIC, messages(12), 0));
    expect(error).to.be.instanceOf(PublishFailedError);
    expect(error).to.include({ failed: 1, total: 12, message: "1 of 12 messages were not published" });
    expect(error).to.have.nested.property("cause.message", "InternalError");
    expect(calls.map(({ length }) => length)).to.deep.equal([10, 1, 1, 2]); // The second batch is still sent.
  });

  it("does not retry a message that SNS will always refuse", async () => {
    const { client, calls } = clientOf((entries) =>
      entries.slice(0, 1).map(({ Id }) => because(true, "InvalidParameter")(Id)),
    );
    const error = await failureOf(publish(client, TOPIC, messages(2), 0));
    expect(error).to.include({ failed: 1, total: 2 });
    expect(calls).to.have.length(1);
  });

  it("counts every message of a failed call as failed, and continues with the next call", async () => {
    const { client, calls } = clientOf((_, call) => {
      if (call === 1) throw new Error("getaddrinfo ENOTFOUND");
      return [];
    });
    const error = await failureOf(publish(client, TOPIC, messages(15), 0));
    expect(error).to.include({ failed: 10, total: 15 });
    expect(error).to.have.nested.property("cause.message", "getaddrinfo ENOTFOUND");
    expect(calls).to.have.length(2);
  });

  it("publishes each message or counts it as failed, whatever fails", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.constantFrom("sent", "again", "refused")),
        async (count, fates) => {
          const published = new Set<string>();
          const { client } = clientOf((entries) =>
            entries.flatMap(({ Id, Message }) => {
              const fate = fates.next().value;
              if (fate === "sent") published.add(Message);
              return fate === "sent" ? [] : [because(fate === "refused")(Id)];
            }),
          );
          const error = await publish(client, TOPIC, messages(count), 0).catch((thrown: unknown) => thrown);
          const failed = error instanceof PublishFailedError ? error.failed : 0;
          expect(published.size + failed).to.equal(count);
        },
      ),
      { numRuns: 60 },
    ));
});

describe("log-producer handler", () => {
  const settings = { topicArn: TOPIC, text: SECRET, messagesPerRun: 3 };

  it("creates messages with an id, the schedule's time, its own name and the text", async () => {
    const { client, calls } = clientOf(none);
    const result = await makeHandler(client, settings)(EVENT, CONTEXT);
    expect(result).to.deep.equal({ published: 3 });
    const sent = calls.flat().map(({ Message }) => JSON.parse(Message));
    expect(sent).to.have.length(3);
    expect(sent[2]).to.deep.include({
      id: `${EVENT.id}-2`,
      time: EVENT.time,
      source: CONTEXT.functionName,
      text: SECRET,
    });
  });

  it("creates random messages with tags, as an application logs them, the same for the same event", async () => {
    const { client, calls } = clientOf(none);
    const random = { topicArn: TOPIC, messagesPerRun: 100 };
    await makeHandler(client, random)(EVENT, CONTEXT);
    const first = calls.flat().map(({ Message }) => JSON.parse(Message));
    expect(new Set(first.map(({ text }) => text)).size).to.equal(100);
    expect(new Set(first.map(({ level }) => level))).to.deep.equal(
      new Set(["debug", "info", "warn", "error"]),
    );
    for (const { tags, level, text } of first) {
      expect(tags).to.have.length(2);
      expect(text, level).to.match(
        level === "error" ? /^[a-z -]+ \d+ failed after \d+ ms$/ : /^[a-z -]+ \d+ \w+ after \d+ ms$/,
      );
    }
    calls.length = 0;
    await makeHandler(client, random)(EVENT, { ...CONTEXT, awsRequestId: "again" });
    expect(calls.flat().map(({ Message }) => JSON.parse(Message))).to.deep.equal(first);
    calls.length = 0;
    await makeHandler(client, random)({ ...EVENT, id: "another" }, CONTEXT);
    expect(JSON.stringify(calls)).not.to.contain(first[0].text);
  });

  it("creates the same ids for the same event, so that consumers can detect a repetition", async () => {
    const { client, calls } = clientOf(none);
    const handler = makeHandler(client, settings);
    await handler(EVENT, CONTEXT);
    await handler(EVENT, { ...CONTEXT, awsRequestId: "another" });
    expect(calls[1]).to.deep.equal(calls[0]);
  });

  it("creates messages for an event without id and time", async () => {
    const { client, calls } = clientOf(none);
    const now = () => new Date("2026-05-06T07:08:09.000Z");
    await makeHandler(client, settings, now)({}, CONTEXT);
    expect(JSON.parse(calls[0]?.[0]?.Message ?? "{}")).to.include({
      id: "3f1d9e6c-0",
      time: "2026-05-06T07:08:09.000Z",
    });
  });

  it("throws if some messages are not published, and logs the cause without the text", async () => {
    const { client } = clientOf((entries) => entries.map(({ Id }) => because(true, "KMSDisabled")(Id)));
    const printed: unknown[] = [];
    const original = console.error;
    console.error = (...values) => printed.push(...values);
    let error: unknown;
    try {
      error = await failureOf(makeHandler(client, settings)(EVENT, CONTEXT));
    } finally {
      console.error = original;
    }
    expect(error).to.be.instanceOf(PublishFailedError);
    expect(printed).to.have.length(1);
    expect(printed[0]).to.deep.equal({
      message: "3 of 3 messages were not published",
      requestId: CONTEXT.awsRequestId,
      cause: { name: "Error", message: "KMSDisabled" },
    });
    expect(JSON.stringify(printed)).not.to.contain(SECRET);
  });
});
