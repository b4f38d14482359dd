import { appendFile } from "node:fs/promises";
import type { SQSBatchItemFailure, SQSEvent, SQSHandler, SQSRecord } from "aws-lambda";

const { FILES = "/tmp" } = process.env;

/** Notes each order of the queue in a file. Messages that fail come back; the others do not. */
export const handler: SQSHandler = async ({ Records = [] }: Partial<SQSEvent>) => {
  const failed = await Promise.all(Records.map((message) => note(message)));
  return { batchItemFailures: failed.flat() };
};

async function note({ messageId, body }: SQSRecord): Promise<SQSBatchItemFailure[]> {
  try {
    await appendFile(`${FILES}/orders.jsonl`, `${JSON.stringify(JSON.parse(body))}\n`);
    return [];
  } catch (error) {
    console.error(`message ${messageId} failed: ${error}`);
    return [{ itemIdentifier: messageId }];
  }
}
