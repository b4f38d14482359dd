import { expect } from "chai";
import fc from "fast-check";
import { makeHandler, NotAMessageError } from "../../handlers/log-consumer/handler.js";

const CONTEXT = { awsRequestId: "3f1d9e6c" };
const SETTINGS = { namespace: "project/stack", topic: "log-topic" };
const NOW = 1_767_323_045_000;

const record = (Message: string) => ({ EventSource: "aws:sns", Sns: { Type: "Notification", Message } });

interface Handled {
  readonly result?: unknown;
  readonly thrown?: unknown;
  /** Everything that CloudWatch receives, one record a line. */
  readonly written: string;
  readonly printed: string;
}

async function handle(event: unknown): Promise<Handled> {
  let written = "";
  const printed: string[] = [];
  const original = console.error;
  console.error = (...values) => printed.push(JSON.stringify(values));
  const write = (text: string) => {
    written += text;
  };
  try {
    const result = await makeHandler(SETTINGS, write, () => NOW)(event, CONTEXT);
    return { result, written, printed: printed.join("\n") };
  } catch (thrown) {
    return { thrown, written, printed: printed.join("\n") };
  } finally {
    console.error = original;
  }
}

interface Metrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly Topic: string;
  readonly MessageCount: number;
  readonly MessageLength: readonly number[];
}

const metricsIn = (written: string): Metrics[] =>
  written
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("log-consumer handler", () => {
  it("writes count and length as a metric record in CloudWatch's format", async () => {
    const { result, written } = await handle({ Records: [record("hello")] });
    expect(result).to.deep.equal({ measured: 1 });
    expect(metricsIn(written)).to.deep.equal([
      {
        _aws: {
          Timestamp: NOW,
          CloudWatchMetrics: [
            {
              Namespace: "project/stack",
              Dimensions: [["Topic"]],
              Metrics: [
                { Name: "MessageCount", Unit: "Count" },
                { Name: "MessageLength", Unit: "Bytes" },
              ],
            },
          ],
        },
        Topic: "log-topic",
        MessageCount: 1,
        MessageLength: [5],
      },
    ]);
  });

  it("measures in bytes, as SNS bills", async () => {
    const { written } = await handle({ Records: [record("ü€😀")] });
    expect(metricsIn(written)[0]?.MessageLength).to.deep.equal([2 + 3 + 4]);
  });

  it("measures every message of an event, at most a hundred in each record", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 250 }),
        async (all) => {
          const { written } = await handle({ Records: all.map(record) });
          const found = metricsIn(written);
          const lengths = found.flatMap(({ MessageLength }) => MessageLength);
          expect(lengths).to.deep.equal(all.map((message) => Buffer.byteLength(message)));
          for (const { MessageCount, MessageLength } of found) {
            expect(MessageCount).to.equal(MessageLength.length);
            expect(MessageCount).to.be.within(1, 100);
          }
        },
      ),
      { numRuns: 50 },
    ));

  it("counts nothing of an event with a record that is no message, and names the record", async () => {
    const { thrown, written } = await handle({ Records: [record("good"), { Sns: {} }, record("good too")] });
    expect(thrown).to.be.instanceOf(NotAMessageError);
    expect(thrown).to.include({ index: 1, message: "record 1 of the event is no message of SNS" });
    expect(written).to.equal("");
  });

  for (const [what, event] of [
    ["nothing", null],
    ["no records", {}],
    ["an empty list", { Records: [] }],
    ["records that are no list", { Records: "text" }],
  ] as const) {
    it(`throws for an event of ${what}`, async () => {
      const { thrown, written } = await handle(event);
      expect(thrown).to.include({ index: -1 });
      expect(written).to.equal("");
    });
  }

  it("logs a failure with the request's id, and without any message's text", async () => {
    const secret = "what the message says";
    const { printed } = await handle({ Records: [record(secret), {}] });
    expect(printed).to.contain("record 1 of the event").and.contain(CONTEXT.awsRequestId);
    const good = await handle({ Records: [record(secret)] });
    expect(printed + good.printed + good.written).not.to.contain(secret);
  });
});
