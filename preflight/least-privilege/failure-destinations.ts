import { ofType } from "../graph/databases.js";
import {
  type Graph,
  isKnown,
  isSet,
  type Key,
  type LambdaFunction,
  type SourceResource,
} from "../graph/index.js";
import type { Need } from "../iam/index.js";
import { namedFrom } from "../reachability/places/home.js";
import { inputValue, records } from "../resources/read.js";

const TYPE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** Action that sends to each service that a destination can belong to. */
const ACTIONS: Readonly<Record<string, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
  events: "events:PutEvents",
  s3: "s3:PutObject",
};

/**
 * Actions of Lambda with a function's role after an asynchronous invocation: it notifies the destinations.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinationNeeds(graph: Graph, { ref }: LambdaFunction): Need[] {
  const written = ofType(graph, TYPE)
    .filter((config) => functionsOf(graph, config).includes(ref.urn))
    .flatMap(destinations);
  // Before deployment the ARN of a queue or a topic is planned, and the setting's value is not known.
  const planned = graph.deliveries
    .filter(({ from, means }) => from === ref.urn && means.kind === "execution-role")
    .flatMap(({ to }) => (isKnown(to) ? (graph.managedResources.get(to)?.arn ?? []) : []))
    .filter(isSet);
  return [...new Set([...written, ...planned])].flatMap((resource) => {
    const action = ACTIONS[resource.split(":")[2] ?? ""];
    return action === undefined ? [] : [{ action, resource }];
  });
}

/** Queues, topics and other destinations of each function's failed or successful invocations, by URN. */
export function destinationsIn(graph: Graph): { readonly from: Key; readonly to: Key }[] {
  return ofType(graph, TYPE).flatMap((config) => {
    const told = destinations(config).flatMap((arn) =>
      graph.find(arn).filter((key) => graph.managedResources.has(key)),
    );
    return functionsOf(graph, config).flatMap((from) => told.map((to) => ({ from, to })));
  });
}

function functionsOf(graph: Graph, config: SourceResource): Key[] {
  const { functionName } = config.properties;
  return typeof functionName === "string"
    ? namedFrom(graph, config, functionName).filter((key) => graph.functions.has(key))
    : [];
}

function destinations(resource: SourceResource): string[] {
  return records(inputValue(resource, "destinationConfig"))
    .filter(isKnown)
    .flatMap(({ onFailure, onSuccess }) => [...records(onFailure), ...records(onSuccess)])
    .filter(isKnown)
    .flatMap(({ destination }) => (typeof destination === "string" ? [destination] : []));
}
