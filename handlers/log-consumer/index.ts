import { makeHandler } from "./handler.js";

const { METRICS_NAMESPACE: namespace, TOPIC_NAME: topic } = process.env;
if (namespace === undefined) throw new Error("the environment variable METRICS_NAMESPACE is not set");
if (topic === undefined) throw new Error("the environment variable TOPIC_NAME is not set");

export const handler = makeHandler({ namespace, topic }, (text) => process.stdout.write(text));
