import { setTimeout as wait } from "node:timers/promises";
import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";

/** Error if some messages were not published; the others were. */
export class PublishFailedError extends Error {
  override readonly name = "PublishFailedError";
  constructor(
    readonly failed: number,
    readonly total: number,
    cause: unknown,
  ) {
    super(`${failed} of ${total} messages were not published`, { cause });
  }
}

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const MOST_IN_A_BATCH = 10;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;

/**
 * Publishes messages, ten a call. A call can succeed for some of its messages only. Messages that failed without the
 * sender's fault are sent again, twice at most; no other message is.
 * @throws PublishFailedError if some messages are not published, after every message has been tried
 */
export async function publish(
  client: SNSClient,
  topicArn: string,
  messages: readonly string[],
  pauseMs = FIRST_PAUSE_MS,
): Promise<void> {
  let failed = 0;
  let cause: unknown;
  for (const batch of inBatches(messages)) {
    const left = await publishBatch(client, topicArn, batch, pauseMs);
    failed += left.failed;
    cause ??= left.cause;
  }
  if (failed > 0) throw new PublishFailedError(failed, messages.length, cause);
}

function inBatches(messages: readonly string[]): PublishBatchRequestEntry[][] {
  const entries = messages.map((Message, index) => ({ Id: String(index), Message }));
  const count = Math.ceil(entries.length / MOST_IN_A_BATCH);
  return Array.from({ length: count }, (_, i) =>
    entries.slice(i * MOST_IN_A_BATCH, (i + 1) * MOST_IN_A_BATCH),
  );
}

interface Left {
  readonly failed: number;
  readonly cause?: unknown;
}

async function publishBatch(
  client: SNSClient,
  topicArn: string,
  batch: readonly PublishBatchRequestEntry[],
  pauseMs: number,
): Promise<Left> {
  let pending = batch;
  let refused = 0;
  let cause: unknown;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const command = new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: [...pending],
      });
      const { Failed = [] } = await client.send(command);
      const [first] = Failed;
      if (first === undefined) return { failed: refused, cause };
      cause = new Error(`${first.Code}${first.Message === undefined ? "" : `: ${first.Message}`}`);
      refused += Failed.filter(({ SenderFault }) => SenderFault === true).length;
      const again = new Set(Failed.filter(({ SenderFault }) => SenderFault !== true).map(({ Id }) => Id));
      pending = pending.filter(({ Id }) => again.has(Id));
    } catch (error) {
      // The SDK has already retried the whole call. Whether a part of it was published is unknown.
      return { failed: refused + pending.length, cause: error };
    }
    if (pending.length === 0 || attempt === ATTEMPTS) return { failed: refused + pending.length, cause };
    await wait(pauseMs * 2 ** (attempt - 1));
  }
}
