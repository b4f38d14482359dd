import type { Graph, LambdaFunction, VpcEndpoint } from "../../graph/model.js";
import { isRecord } from "../../resources/read.js";
import { UNKNOWN } from "../../resources/unknown.js";
import type { Interface } from "../ends.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { type Answer, dnsSupport, interfaceEndpoints } from "./private-dns.js";

/**
 * The endpoint that a function's SDK was told to call by its own name, in an environment variable such as
 * `AWS_ENDPOINT_URL_SSM`; undefined when it was told none and asks for the service's public name.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function toldEndpoint(
  walk: Walk,
  graph: Graph,
  { function: caller, subnet }: Interface,
  service: string,
): Answer | Blocked | undefined {
  const url = caller && urlFor(graph, caller, service);
  if (caller === undefined || url === undefined) return undefined;
  const written = url === UNKNOWN ? writtenFor(graph, caller) : undefined;
  if (written !== undefined && !(service in written)) return undefined;
  const { certain } = interfaceEndpoints(graph, subnet.vpc, service);
  const told = certain.find(
    (endpoint) =>
      isNamedIn(url, endpoint) ||
      written?.[service] === endpoint.ref.name ||
      isSourceOf(url, endpoint, graph, caller),
  );
  if (told === undefined) {
    walk.miss(caller.ref, `where the URL that ${caller.ref.name} calls for ${service} leads to`);
    return { endpoint: certain[0], passedOver: undefined };
  }
  const vpc = typeof subnet.vpc === "string" ? graph.vpcs.get(subnet.vpc) : undefined;
  const noDns = vpc === undefined ? undefined : dnsSupport(walk, vpc);
  if (noDns !== undefined) return noDns;
  walk.pass(told.ref, `${caller.ref.name} calls the endpoint of ${service} by its own name`);
  return { endpoint: told, passedOver: undefined };
}

/** One service's URL goes before the one for all. */
function urlFor({ resources }: Graph, { ref }: LambdaFunction, service: string): unknown {
  const environment = resources.get(ref.urn)?.properties.environment;
  const variables = isRecord(environment) ? environment.variables : environment;
  if (!isRecord(variables)) return variables === UNKNOWN ? UNKNOWN : undefined;
  return (
    variables[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`] ?? variables.AWS_ENDPOINT_URL
  );
}

/** What the program says of the endpoints that it tells a function of, by service, before AWS has named them. */
function writtenFor({ resources }: Graph, { ref }: LambdaFunction): Record<string, unknown> | undefined {
  const parent = resources.get(resources.get(ref.urn)?.parent ?? "");
  const told = parent?.properties.toldEndpoints;
  return isRecord(told) ? { ...told } : undefined;
}

function isNamedIn(url: unknown, { ref }: VpcEndpoint): boolean {
  if (typeof url !== "string" || ref.id === undefined || !URL.canParse(url)) return false;
  return new URL(url).hostname.startsWith(`${ref.id}-`);
}

/** A URL that is not known yet can only lead to the one resource that the variables' values come from. */
function isSourceOf(url: unknown, { ref }: VpcEndpoint, graph: Graph, caller: LambdaFunction): boolean {
  const sources = graph.resources.get(caller.ref.urn)?.propertyDependencies?.environment ?? [];
  return url === UNKNOWN && sources.length === 1 && sources[0] === ref.urn;
}
