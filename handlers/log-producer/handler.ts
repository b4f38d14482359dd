import type { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { publish } from "./publish.js";

export interface ProducerSettings {
  readonly topicArn: string;
  /** What every message says. */
  readonly text: string;
  /** How many messages each run publishes. */
  readonly messagesPerRun: number;
}

/** One message, as JSON. The same event makes the same ids, so that a repetition can be told. */
export interface LogMessage {
  readonly id: string;
  /** When the schedule was due, ISO 8601. */
  readonly time: string;
  /** The function that wrote it. */
  readonly source: string;
  readonly text: string;
}

/**
 * The producer's entry point: each scheduled event becomes so many messages on the topic. It throws when some are not
 * published, so that Lambda invokes it again, with all of them: none is lost, and some may come twice.
 *
 * A failure is logged with its cause and the request's id; what the messages say is never logged.
 */
export function makeHandler(client: SNSClient, settings: ProducerSettings, now = () => new Date()) {
  return async (
    event: unknown,
    context: Pick<Context, "awsRequestId" | "functionName">,
  ): Promise<{ readonly published: number }> => {
    const id = textIn(event, "id") ?? context.awsRequestId;
    const time = textIn(event, "time") ?? now().toISOString();
    const messages = Array.from({ length: settings.messagesPerRun }, (_, index): string => {
      const message: LogMessage = {
        id: `${id}-${index}`,
        time,
        source: context.functionName,
        text: settings.text,
      };
      return JSON.stringify(message);
    });
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
