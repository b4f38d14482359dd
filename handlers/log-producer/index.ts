import { SNSClient } from "@aws-sdk/client-sns";
import { makeHandler } from "./handler.js";

// Created outside the handler, once for each environment, so that invocations share its connection.
const client = new SNSClient({
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});

const { TOPIC_ARN: topicArn, MESSAGE_TEXT: text, MESSAGES_PER_RUN: count } = process.env;
if (topicArn === undefined) throw new Error("the environment variable TOPIC_ARN is not set");
const messagesPerRun = Number(count);
if (!Number.isInteger(messagesPerRun) || messagesPerRun < 1) {
  throw new Error("the environment variable MESSAGES_PER_RUN is no number of messages");
}

export const handler = makeHandler(client, { topicArn, text, messagesPerRun });
