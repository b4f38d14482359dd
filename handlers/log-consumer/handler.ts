import type { Context } from "aws-lambda";
import { type MetricsSettings, metricRecords } from "./metrics.js";

/** Error for an event that is not from SNS. `index` is the first wrong record, or -1 for the event itself. */
export class NotAMessageError extends Error {
  override readonly name = "NotAMessageError";
  constructor(readonly index: number) {
    super(
      index < 0 ? "the event has no records of SNS" : `record ${index} of the event is no message of SNS`,
    );
  }
}

/**
 * Creates the consumer's entry point. It measures each message of an event in bytes of UTF-8, and writes count and
 * lengths as metrics.
 *
 * An event counts as a whole or not at all. All its messages are measured before any metric is written, so an event
 * that fails, is retried and is kept for redrive has counted nothing. So no message is lost, and none counts twice
 * because another one failed. SNS puts one message into an event, so no message waits for another either.
 *
 * No message's text is logged.
 * @param write writes text to standard output; `console.log` would wrap each record, and CloudWatch would find no
 * metric
 */
export function makeHandler(
  settings: MetricsSettings,
  write: (text: string) => unknown,
  now: () => number = Date.now,
) {
  return async (
    event: unknown,
    context: Pick<Context, "awsRequestId">,
  ): Promise<{ readonly measured: number }> => {
    try {
      const lengths = messagesIn(event).map((message) => Buffer.byteLength(message));
      write(
        metricRecords(lengths, settings, now())
          .map((record) => `${record}\n`)
          .join(""),
      );
      return { measured: lengths.length };
    } catch (error) {
      console.error({
        message: error instanceof Error ? error.message : String(error),
        requestId: context.awsRequestId,
      });
      throw error;
    }
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function messagesIn(event: unknown): string[] {
  const records = fieldOf(event, "Records");
  if (!Array.isArray(records) || records.length === 0) throw new NotAMessageError(-1);
  return records.map((record: unknown, index) => {
    const message = fieldOf(fieldOf(record, "Sns"), "Message");
    if (typeof message !== "string") throw new NotAMessageError(index);
    return message;
  });
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}
