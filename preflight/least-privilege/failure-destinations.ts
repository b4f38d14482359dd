import { ofType } from "../graph/databases.js";
import { type Graph, isKnown, type Key, type LambdaFunction, type SourceResource } from "../graph/index.js";
import type { Need } from "../iam/index.js";
import { inputValue, records } from "../resources/read.js";

const TYPE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** What it takes to send to each service that a destination can be. */
const ACTIONS: Readonly<Record<string, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
  events: "events:PutEvents",
  s3: "s3:PutObject",
};

/**
 * What Lambda does with a function's role when asynchronous invocations have ended: it tells the destinations.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinationNeeds(graph: Graph, { ref }: LambdaFunction): Need[] {
  return ofType(graph, TYPE)
    .filter((config) => functionsOf(graph, config).includes(ref.urn))
    .flatMap(destinations)
    .flatMap((resource) => {
      const action = ACTIONS[resource.split(":")[2] ?? ""];
      return action === undefined ? [] : [{ action, resource }];
    });
}

/** Which queue or topic gets what a function failed on for good, or whatever else is told, by their URNs. */
export function destinationsIn(graph: Graph): { readonly from: Key; readonly to: Key }[] {
  return ofType(graph, TYPE).flatMap((config) => {
    const told = destinations(config).flatMap((arn) =>
      graph.find(arn).filter((key) => graph.managedResources.has(key)),
    );
    return functionsOf(graph, config).flatMap((from) => told.map((to) => ({ from, to })));
  });
}

function functionsOf(graph: Graph, { properties: { functionName } }: SourceResource): Key[] {
  return typeof functionName === "string"
    ? graph.find(functionName).filter((key) => graph.functions.has(key))
    : [];
}

function destinations(resource: SourceResource): string[] {
  return records(inputValue(resource, "destinationConfig"))
    .filter(isKnown)
    .flatMap(({ onFailure, onSuccess }) => [...records(onFailure), ...records(onSuccess)])
    .filter(isKnown)
    .flatMap(({ destination }) => (typeof destination === "string" ? [destination] : []));
}
