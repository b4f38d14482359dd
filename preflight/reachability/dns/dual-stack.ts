import type { Graph, LambdaFunction } from "../../graph/model.js";
import { isRecord } from "../../resources/read.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";

const VARIABLE = "AWS_USE_DUALSTACK_ENDPOINT";

/**
 * Whether a function's SDK calls the dual-stack names of services, which have IPv6 addresses too. It does only if an
 * environment variable tells it to.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 */
export function usesDualStackNames(graph: Graph, caller: LambdaFunction): MaybeUnknown<boolean> {
  const variables = variablesOf(graph, caller);
  if (!isKnown(variables)) return statedFor(graph, caller);
  const value = variables[VARIABLE];
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "string" && value.toLowerCase() === "true";
}

/**
 * Whether the queues of a function's variables have URLs of the dual-stack name. The SDK for JavaScript takes the host
 * of a queue's URL for the endpoint, whatever the variable says, and AWS gives out URLs of the usual name.
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-client-sqs/Interface/SQSClientConfig/
 * @returns UNKNOWN if no variable has the URL of a queue
 */
export function queueUrlsAreDualStack(graph: Graph, caller: LambdaFunction): MaybeUnknown<boolean> {
  const variables = variablesOf(graph, caller);
  if (!isKnown(variables)) return UNKNOWN;
  const values = Object.values(variables);
  const hosts = values.flatMap((value) =>
    typeof value === "string" ? (/^https:\/\/sqs\.[a-z0-9-]+\.([a-z.]+)\//.exec(value)?.[1] ?? []) : [],
  );
  if (hosts.some((host) => host !== "api.aws")) return false;
  return hosts.length === 0 || values.includes(UNKNOWN) ? UNKNOWN : true;
}

function variablesOf({ resources }: Graph, { ref }: LambdaFunction): MaybeUnknown<Record<string, unknown>> {
  const environment = resources.get(ref.urn)?.properties.environment;
  const variables = isRecord(environment) ? environment.variables : environment;
  if (isRecord(variables)) return { ...variables };
  return variables === UNKNOWN ? UNKNOWN : {};
}

/** What the component states as long as the variables are not known. */
function statedFor({ resources }: Graph, { ref }: LambdaFunction): MaybeUnknown<boolean> {
  const stated = resources.get(resources.get(ref.urn)?.parent ?? "")?.properties.dualStackNames;
  return typeof stated === "boolean" ? stated : UNKNOWN;
}
