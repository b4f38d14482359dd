import { appendFile } from "node:fs/promises";
import type { SQSEvent, SQSHandler } from "aws-lambda";

const { FILES = "/tmp" } = process.env;

/** Notes each order of the queue in a file. Messages that fail come back; the others do not. */
export const handler: SQSHandler = async ({ Records }: SQSEvent) => {
  const results = await Promise.allSettled(Records.map(({ body }) => note(body)));
  return {
    batchItemFailures: Records.filter((_, i) => results[i]?.status === "rejected").map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
};

/** @throws SyntaxError if the order is no JSON */
async function note(body: string): Promise<void> {
  await appendFile(`${FILES}/orders.jsonl`, `${JSON.stringify(JSON.parse(body))}\n`);
}
