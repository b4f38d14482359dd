import type { Graph, LambdaFunction, VpcEndpoint } from "../../graph/model.js";
import { isRecord } from "../../resources/read.js";
import { UNKNOWN } from "../../resources/unknown.js";
import type { NetworkInterface } from "../network/interfaces.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { nameSupport } from "./answering.js";
import { interfaceEndpoints, type NameAnswer } from "./private-dns.js";

/**
 * Resolves the endpoint URL that an environment variable such as `AWS_ENDPOINT_URL_SSM` gives a function's SDK;
 * undefined if there is none, because then the SDK uses the service's public name.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointUrlOverride(
  trace: TraceBuilder,
  graph: Graph,
  { function: caller, subnet }: NetworkInterface,
  service: string,
  region: string | undefined,
): NameAnswer | Blocked | undefined {
  const url = caller && urlFor(graph, caller, service);
  if (caller === undefined || url === undefined) return undefined;
  const stated = url === UNKNOWN ? statedFor(graph, caller) : undefined;
  if (stated !== undefined && !(service in stated)) return undefined;
  const { certain } = interfaceEndpoints(graph, subnet.vpc, service, region);
  const override = certain.find(
    (endpoint) =>
      isNamedIn(url, endpoint) ||
      stated?.[service] === endpoint.ref.name ||
      isSourceOf(url, endpoint, graph, caller),
  );
  if (override === undefined) {
    trace.undetermined(caller.ref, `where the URL that ${caller.ref.name} calls for ${service} leads to`);
    return { endpoint: certain[0], passedOver: undefined };
  }
  const vpc = typeof subnet.vpc === "string" ? graph.vpcs.get(subnet.vpc) : undefined;
  const noDns = vpc === undefined ? undefined : nameSupport(trace, graph, vpc);
  if (noDns !== undefined) return noDns;
  trace.hop(override.ref, `${caller.ref.name} calls the endpoint of ${service} by its own name`);
  return { endpoint: override, passedOver: undefined };
}

/** The URL for one service takes precedence over the URL for all. */
function urlFor({ resources }: Graph, { ref }: LambdaFunction, service: string): unknown {
  const environment = resources.get(ref.urn)?.properties.environment;
  const variables = isRecord(environment) ? environment.variables : environment;
  if (!isRecord(variables)) return variables === UNKNOWN ? UNKNOWN : undefined;
  return (
    variables[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`] ?? variables.AWS_ENDPOINT_URL
  );
}

/** The endpoints of a function's URLs, by service, as the component states them before AWS has named the endpoints. */
function statedFor({ resources }: Graph, { ref }: LambdaFunction): Record<string, unknown> | undefined {
  const parent = resources.get(resources.get(ref.urn)?.parent ?? "");
  const stated = parent?.properties.toldEndpoints;
  return isRecord(stated) ? { ...stated } : undefined;
}

function isNamedIn(url: unknown, { ref }: VpcEndpoint): boolean {
  if (typeof url !== "string" || ref.id === undefined || !URL.canParse(url)) return false;
  return new URL(url).hostname.startsWith(`${ref.id}-`);
}

/** A URL that is not known yet leads to an endpoint if that is the only resource that the variables depend on. */
function isSourceOf(url: unknown, { ref }: VpcEndpoint, graph: Graph, caller: LambdaFunction): boolean {
  const sources = graph.resources.get(caller.ref.urn)?.propertyDependencies?.environment ?? [];
  return url === UNKNOWN && sources.length === 1 && sources[0] === ref.urn;
}
