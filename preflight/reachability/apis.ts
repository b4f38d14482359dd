import { PUBLIC } from "../graph/addresses.js";
import type { Graph, LambdaFunction, RestApi, Vpc, VpcEndpoint } from "../graph/types.js";
import { isKnown } from "../graph/unknown.js";
import { answer } from "./api-answers.js";
import type { Interface } from "./ends.js";
import type { FoundMethod, MethodPlace } from "./methods.js";
import { dnsSupport, hostnamesOff, interfaceEndpoints, resolve } from "./names.js";
import { send } from "./packets.js";
import { byEndpoint, publicService } from "./services.js";
import type { Blocked, Verdict } from "./types.js";
import { Walk, worst } from "./walk.js";

/** From the internet, or from a function outside any VPC. */
export function callFromOutside(
  graph: Graph,
  found: FoundMethod,
  place: MethodPlace,
  port: number,
  caller: LambdaFunction | undefined,
  from = caller === undefined ? "the internet" : `${caller.ref.name}, outside any VPC,`,
): Verdict {
  const walk = new Walk();
  const { api } = found;
  const blocked = privateOnly(walk, api, from) ?? publicEndpoint(walk, api);
  if (blocked !== undefined) return blocked;
  return answer(
    walk,
    { graph, caller, endpoint: undefined, vpc: undefined, addresses: PUBLIC[4] },
    found,
    place,
    port,
    "public-network",
  );
}

function privateOnly(walk: Walk, api: RestApi, from: string): Blocked | undefined {
  if (!isKnown(api.endpointType)) return walk.miss(api.ref, `whether ${api.ref.name} is private`);
  if (api.endpointType !== "PRIVATE") return undefined;
  return walk.block({
    at: api.ref,
    code: "API_PRIVATE_REQUIRES_VPCE",
    why: `${api.ref.name} is private, and ${from} has no execute-api endpoint to come through`,
    mend: `Call it from a VPC with an execute-api interface endpoint, or make ${api.ref.name} REGIONAL.`,
  });
}

function publicEndpoint(walk: Walk, api: RestApi): Blocked | undefined {
  if (!isKnown(api.disableExecuteApiEndpoint)) {
    return walk.miss(api.ref, `whether the execute-api endpoint of ${api.ref.name} is on`);
  }
  if (!api.disableExecuteApiEndpoint)
    return walk.pass(api.ref, `${String(api.endpointType)} endpoint, on the internet`);
  return walk.block({
    at: api.ref,
    code: "API_EXECUTE_ENDPOINT_DISABLED",
    why: `${api.ref.name} answers by custom domain names only`,
    mend: `Call its custom domain name, or unset disableExecuteApiEndpoint on ${api.ref.name}.`,
  });
}

/** From a network interface in a VPC. */
export function callFromVpc(
  graph: Graph,
  source: Interface,
  found: FoundMethod,
  place: MethodPlace,
  port: number,
): Verdict {
  const { api } = found;
  return api.endpointType === "PRIVATE"
    ? callPrivate(graph, source, found, place, port)
    : callPublic(graph, source, found, place, port);
}

function vpcOf(graph: Graph, { subnet }: Interface): Vpc | undefined {
  return isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
}

/**
 * By any execute-api endpoint of the VPC, and under which name.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
function callPrivate(
  graph: Graph,
  source: Interface,
  found: FoundMethod,
  place: MethodPlace,
  port: number,
): Verdict {
  const walk = new Walk();
  const { api } = found;
  const { certain, doubtful } = interfaceEndpoints(graph, source.subnet.vpc, "execute-api");
  const vpc = vpcOf(graph, source);
  const noDns = vpc && dnsSupport(walk, vpc);
  if (noDns !== undefined) return noDns;
  if (vpc === undefined && certain.length === 0) {
    return walk.unknown(
      graph.refOf(source.subnet.vpc),
      `the VPC of ${source.subnet.ref.name} is not in the stack`,
    );
  }
  const [doubt] = doubtful;
  if (certain.length === 0 && doubt !== undefined) {
    return walk.unknown(doubt.ref, `whether ${doubt.ref.name} is an execute-api endpoint`);
  }
  if (certain.length === 0) {
    return (
      privateOnly(walk, api, graph.refOf(source.subnet.vpc).name) ??
      walk.unknown(api.ref, "the endpoint type")
    );
  }
  // A caller takes the endpoint that the name leads to or, without private DNS, the one that lets it through.
  const sorted = [...certain].sort(
    (a, b) => Number(b.privateDnsEnabled === true) - Number(a.privateDnsEnabled === true),
  );
  const usable = sorted[0]?.privateDnsEnabled === true ? sorted.slice(0, 1) : sorted;
  const verdicts = usable.map((endpoint) =>
    throughEndpoint(walk.fork(), graph, source, found, place, port, endpoint, vpc),
  );
  return (
    verdicts.find(({ status }) => status === "reachable") ??
    worst(verdicts) ??
    walk.unknown(api.ref, "no endpoint")
  );
}

function throughEndpoint(
  walk: Walk,
  graph: Graph,
  source: Interface,
  found: FoundMethod,
  place: MethodPlace,
  port: number,
  endpoint: VpcEndpoint,
  vpc: Vpc | undefined,
): Verdict {
  const { privateDnsEnabled } = endpoint;
  if (!isKnown(privateDnsEnabled)) walk.miss(endpoint.ref, `whether ${endpoint.ref.name} has private DNS`);
  if (privateDnsEnabled === true && vpc !== undefined) {
    if (vpc.enableDnsHostnames === false) return walk.block(hostnamesOff(vpc, endpoint));
    if (!isKnown(vpc.enableDnsHostnames))
      walk.miss(vpc.ref, `whether ${vpc.ref.name} has enableDnsHostnames`);
  }
  const name = nameFor(graph, found.api, endpoint);
  walk.pass(
    endpoint.ref,
    `${privateDnsEnabled === true ? "private DNS on" : "private DNS off"}: call ${name}`,
  );
  const caller = { graph, caller: source.function, endpoint, vpc, addresses: source.addresses };
  return byEndpoint(walk, graph, source, endpoint, port, (arrived) =>
    answer(arrived, caller, found, place, port, "interface-endpoint", name),
  );
}

function nameFor({ region }: Graph, api: RestApi, { ref, privateDnsEnabled }: VpcEndpoint): string {
  const id = isKnown(api.id) ? api.id : "API";
  const domain = `execute-api.${region ?? "REGION"}.amazonaws.com`;
  const stage = api.stages[0]?.stageName;
  const path = stage !== undefined && isKnown(stage) ? stage : "STAGE";
  if (privateDnsEnabled === true) return `https://${id}.${domain}/${path}`;
  if (api.vpcEndpoints.includes(ref.urn)) return `https://${id}-${ref.id ?? "VPCE"}.${domain}/${path}`;
  return `https://${ref.id ?? "VPCE"}-….${domain.replace(".amazonaws", ".vpce.amazonaws")}/${path} with the header Host: ${id}.${domain} or x-apigw-api-id: ${id}`;
}

/** A public API by its public name, which an execute-api endpoint with private DNS takes away. */
function callPublic(
  graph: Graph,
  source: Interface,
  found: FoundMethod,
  place: MethodPlace,
  port: number,
): Verdict {
  const walk = new Walk();
  const { api } = found;
  if (!isKnown(api.endpointType)) walk.miss(api.ref, `whether ${api.ref.name} is private`);
  const name = resolve(walk, graph, source.subnet, "execute-api");
  if ("status" in name) return name;
  if (name.endpoint !== undefined) {
    return walk.block({
      at: name.endpoint.ref,
      code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
      why: `private DNS of ${name.endpoint.ref.name} takes every execute-api name of the VPC, and it answers 403 for public ${api.ref.name}`,
      mend: `Set privateDnsEnabled: false on ${name.endpoint.ref.name}, or call ${api.ref.name} by a custom domain name.`,
    });
  }
  return send(walk, {
    graph,
    source,
    port,
    target: publicService(graph, { service: "execute-api" }),
    arrive: (arrived, via) => {
      // Behind NAT the API sees the gateway's address, which is in no stack.
      const caller = {
        graph,
        caller: source.function,
        endpoint: undefined,
        vpc: undefined,
        addresses: undefined,
      };
      return publicEndpoint(arrived, api) ?? answer(arrived, caller, found, place, port, via);
    },
  });
}
