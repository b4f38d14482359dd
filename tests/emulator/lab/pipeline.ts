// Reads from and writes to the event pipeline through AWS's APIs.
import { call, rest, send, text } from "./aws.js";

/** Invokes a function's alias asynchronously with an event. */
export async function invokeLater(functionName: string, event: unknown): Promise<void> {
  const path = `/2015-03-31/functions/${functionName}/invocations?Qualifier=live`;
  const headers = { "x-amz-invocation-type": "Event" };
  await text("lambda", await send("lambda", path, { method: "POST", headers, body: JSON.stringify(event) }));
}

export interface EventSettings {
  readonly MaximumRetryAttempts: number;
  readonly MaximumEventAgeInSeconds: number;
  readonly DestinationConfig: { readonly OnFailure: { readonly Destination: string } };
}

const settingsPath = (functionName: string, qualifier: string) =>
  `/2019-09-25/functions/${functionName}/event-invoke-config?Qualifier=${qualifier}`;

export function eventSettings(functionName: string): Promise<EventSettings> {
  return rest("lambda", settingsPath(functionName, "live"));
}

/**
 * Copies the alias's settings to a version. The emulator reads them from the version that it runs, AWS from the alias
 * that was invoked.
 */
export async function copyEventSettings(functionName: string, version: string): Promise<void> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } =
    await eventSettings(functionName);
  const { Destination } = DestinationConfig.OnFailure;
  const body = JSON.stringify({
    MaximumRetryAttempts,
    MaximumEventAgeInSeconds,
    DestinationConfig: { OnFailure: { Destination } },
  });
  const path = settingsPath(functionName, version);
  await text("lambda", await send("lambda", path, { method: "PUT", body }));
}

/** Receives one message from a queue; undefined if there is none. */
export async function receive(queueUrl: string): Promise<{ readonly body: unknown } | undefined> {
  const { Messages = [] } = await call("sqs", "AmazonSQS.ReceiveMessage", {
    QueueUrl: queueUrl,
    WaitTimeSeconds: 1,
  });
  const [message] = Messages;
  if (message === undefined) return undefined;
  await call("sqs", "AmazonSQS.DeleteMessage", { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle });
  return { body: JSON.parse(message.Body) };
}

export async function subscribe(topicArn: string, queueArn: string): Promise<void> {
  await sns("Subscribe", { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn });
}

/** Creates a queue, and returns its URL and ARN. */
export async function makeQueue(name: string): Promise<{ readonly url: string; readonly arn: string }> {
  const { QueueUrl } = await call("sqs", "AmazonSQS.CreateQueue", { QueueName: name });
  const { Attributes } = await call("sqs", "AmazonSQS.GetQueueAttributes", {
    QueueUrl,
    AttributeNames: ["QueueArn"],
  });
  return { url: QueueUrl, arn: Attributes.QueueArn };
}

export async function putEvent(source: string, detailType: string, detail: unknown): Promise<void> {
  const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
  await call("events", "AWSEvents.PutEvents", { Entries: [entry] });
}

/** Returns a topic's policy. */
export async function topicPolicy(topicArn: string): Promise<{ readonly Statement: readonly object[] }> {
  const xml = await sns("GetTopicAttributes", { TopicArn: topicArn });
  const policy = /<key>Policy<\/key>\s*<value>(.*?)<\/value>/s.exec(xml)?.[1] ?? "{}";
  return JSON.parse(policy.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
}

async function sns(action: string, input: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: "2010-03-31", ...input });
  return text("sns", await send("sns", "/", { method: "POST", body }));
}

/** Repeats a question every half second until there is an answer. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`not within ${seconds} seconds: ${what}`);
}
