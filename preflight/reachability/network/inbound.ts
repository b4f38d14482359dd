import { PUBLIC } from "../../aws/address-sets.js";
import type { Graph, LambdaFunction, SourceResource } from "../../graph/index.js";
import { isKnown } from "../../resources/unknown.js";
import { blockPublicAccess } from "../block-public-access.js";
import type { Interface } from "../ends.js";
import { Walk } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import { attachedTo } from "./internet-gateways.js";
import { networkAcl } from "./network-acls.js";
import { chooseRoutes } from "./route-tables.js";
import { securityGroups } from "./security-groups.js";

/**
 * From the internet to an interface, which needs a public address, a route to an internet gateway for the answers,
 * and rules that let anybody in. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 */
export function fromInternet(graph: Graph, to: Interface, port: number): Verdict {
  const walk = new Walk();
  const { owner, subnet, groups } = to;
  const peer = { addresses: PUBLIC[4], groups: [], prefixLists: [], label: "the internet" };
  const everybody = { ...PUBLIC[4], label: "the internet" };
  const blocked =
    publicAddress(walk, to) ??
    throughGateway(walk, graph, to) ??
    blockPublicAccess(walk, graph, subnet, "ingress") ??
    networkAcl(walk, graph, "ingress", subnet, everybody, port) ??
    (groups === undefined
      ? walk.pass(subnet.ref, "arrives at a host, whose own groups are not judged")
      : securityGroups(walk, graph, "ingress", { owner, groups }, peer, port));
  return blocked ?? walk.arrive("internet-gateway");
}

function publicAddress(walk: Walk, { owner, publicAddress }: Interface): Blocked | undefined {
  if (publicAddress === true) return undefined;
  if (!isKnown(publicAddress)) return walk.miss(owner, `whether ${owner.name} has a public address`);
  return walk.block({
    at: owner,
    code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    why: `${owner.name} has no public address`,
    mend: `Put something with a public address in front of ${owner.name}, such as an API or a load balancer.`,
  });
}

function throughGateway(walk: Walk, graph: Graph, { subnet }: Interface): Blocked | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined)
    return walk.miss(graph.refOf(subnet.routeTable), `the route table of ${subnet.ref.name}`);
  const gateways = chooseRoutes(graph, table, PUBLIC[4], []).map(({ route }) => route);
  const route = gateways.find(
    (candidate) => candidate?.target.kind === "internet-gateway" && !candidate.blackhole,
  );
  if (route === undefined) {
    return walk.block({
      at: table.ref,
      code: "NO_ROUTE_TO_DESTINATION",
      why: `route table ${table.ref.name} of ${subnet.ref.name} has no route to an internet gateway`,
      mend: `Add a route 0.0.0.0/0 to an internet gateway to ${table.ref.name}.`,
    });
  }
  const blocked = attachedTo(walk, { graph }, route.target.key, subnet.vpc);
  return (
    blocked ??
    walk.pass(graph.refOf(route.target.key), `in from the internet, to ${subnet.ref.name}`, route.ref)
  );
}

const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";
const cache = new WeakMap<Graph, readonly SourceResource[]>();

/**
 * A function has no public address, but may have a URL.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function fromInternetToFunction(graph: Graph, target: LambdaFunction): Verdict {
  const walk = new Walk();
  const urls = cache.get(graph) ?? [...graph.resources.values()].filter(({ type }) => type === FUNCTION_URL);
  cache.set(graph, urls);
  const own = urls.filter(({ properties }) => {
    const name = properties.functionName;
    return typeof name !== "string" || graph.find(name).includes(target.ref.urn);
  });
  for (const { urn, type, name, properties } of own) {
    const ref = { urn, type, name };
    const { authorizationType } = properties;
    if (authorizationType === "AWS_IAM") continue;
    if (typeof properties.functionName !== "string" || authorizationType !== "NONE") {
      return walk.unknown(ref, `whether ${name} opens ${target.ref.name} to the internet`);
    }
    walk.pass(ref, "function URL without authorization");
    return walk.arrive("public-network");
  }
  const [url] = own;
  return walk.block({
    at: target.ref,
    code: url === undefined ? "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" : "API_METHOD_REQUIRES_AUTHORIZATION",
    why:
      url === undefined
        ? `${target.ref.name} is a Lambda function: it has no public address and nothing listens on it`
        : `the function URL ${url.name} wants IAM authorization, and the caller is anonymous`,
    mend: "Invoke it through an API Gateway method.",
  });
}
