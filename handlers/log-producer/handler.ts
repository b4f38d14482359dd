import type { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { logMessage } from "./message.js";
import { publish } from "./publish.js";

export interface ProducerSettings {
  readonly topicArn: string;
  /**
   * Text of every message.
   * @default texts as an application would log, see {@link logMessage}
   */
  readonly text?: string;
  /** Messages that each run publishes. */
  readonly messagesPerRun: number;
}

/**
 * Creates the producer's entry point. Each scheduled event becomes `messagesPerRun` messages on the topic. The handler
 * throws if some are not published, so that Lambda invokes it again with the same event: no message is lost, and some
 * may arrive twice.
 *
 * The log of a failure holds the cause and the request's id, never a message's text.
 */
export function makeHandler(client: SNSClient, settings: ProducerSettings, now = () => new Date()) {
  return async (
    event: unknown,
    context: Pick<Context, "awsRequestId" | "functionName">,
  ): Promise<{ readonly published: number }> => {
    const id = textIn(event, "id") ?? context.awsRequestId;
    const time = textIn(event, "time") ?? now().toISOString();
    const messages = Array.from({ length: settings.messagesPerRun }, (_, index) =>
      JSON.stringify(logMessage(`${id}-${index}`, time, context.functionName, settings.text)),
    );
    try {
      await publish(client, settings.topicArn, messages);
    } catch (error) {
      logFailure(error, context.awsRequestId);
      throw error;
    }
    return { published: messages.length };
  };
}

function textIn(event: unknown, key: string): string | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(event, key)?.value;
  return typeof value === "string" ? value : undefined;
}

function logFailure(error: unknown, requestId: string): void {
  const cause = error instanceof Error ? error.cause : undefined;
  console.error({
    message: error instanceof Error ? error.message : String(error),
    requestId,
    cause: cause instanceof Error ? { name: cause.name, message: cause.message } : undefined,
  });
}
