import { parseCidr } from "../../aws/cidr.js";
import type {
  Graph,
  LambdaFunction,
  Listener,
  ListenerRule,
  LoadBalancer,
  RestApi,
  RuleAction,
  Target,
  TargetGroup,
  VpcEndpoint,
} from "../../graph/model.js";
import { isKnown, isSet, UNKNOWN } from "../../resources/unknown.js";
import { type ApiQuestion, type ObservedCaller, reachMethod } from "../api/method.js";
import { apiHost, executeApiOn } from "../api/names.js";
import { apiPolicies } from "../api/policies.js";
import type { Arrival, Peer } from "../network/connection.js";
import { forward as network } from "../network/forward.js";
import { anyone } from "../network/inbound.js";
import {
  destinationAt,
  endpointInterfaces,
  type NetworkInterface,
  resourceInterfaces,
} from "../network/interfaces.js";
import { senderOf } from "../network/security-groups.js";
import { labelOf } from "../places/parse-place.js";
import { type MethodPlace, nodesNamed } from "../places/resolve.js";
import type { Code } from "../verdict/explanation-codes.js";
import { bestOf, TraceBuilder, whichever } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Arrived } from "./arrived.js";
import { listenerOf, toTargetGroups } from "./forwarding.js";
import { isProxied, proxyRoutes, withProxies } from "./proxies.js";
import { type Leading, leadsTo, type WantedApi } from "./routes.js";

/** Connects to a node of a load balancer; `onward` is the step after the node has the connection. */
export type ToNode = (node: NetworkInterface, port: number, onward: (sender: Peer) => Arrival) => Verdict;

/** An API behind a load balancer: which requests it wants, and what API Gateway says to them. */
interface Behind {
  readonly wanted: WantedApi;
  readonly label: string;
  readonly port: number;
  answer(trace: TraceBuilder, caller: ObservedCaller, port: number, via: Arrived["via"]): Verdict;
}

/**
 * The verdict on a call of a method by any way: directly, or through the load balancers of the stack whose targets are
 * the addresses of an execute-api endpoint.
 */
export function byAnyWay(
  graph: Graph,
  question: ApiQuestion,
  toNode: ToNode,
  direct: () => Verdict | undefined,
): Verdict | undefined {
  const { place } = question;
  if (place.direct === true) return direct();
  const behind = method(graph, question);
  const ways = balancersFor(graph, place.loadBalancer).map((balancer) =>
    throughBalancer(graph, balancer, behind, toNode),
  );
  if (place.loadBalancer === undefined) {
    const own = direct();
    return own === undefined ? undefined : bestOf(own, ways);
  }
  const [first, ...others] = ways;
  return first === undefined ? noBalancer(place) : bestOf(first, others);
}

/**
 * The verdicts on the methods of private APIs that invoke a function, as far as load balancers lead to them. A private
 * API has no other callers from outside.
 */
export function methodsInvoking(graph: Graph, { ref }: LambdaFunction, toNode: ToNode): Verdict[] {
  const balancers = balancersFor(graph, undefined);
  const apis = balancers.length === 0 ? [] : [...graph.apis.values()];
  return apis
    .filter(({ endpointType }) => endpointType === "PRIVATE" || !isKnown(endpointType))
    .flatMap((api) => api.methods.map((each) => ({ api, method: each })))
    .filter(({ method: { integration } }) => integration?.function === ref.urn)
    .flatMap((found) => {
      const { httpMethod, path } = found.method;
      if (!isKnown(httpMethod) || !isKnown(path)) return [];
      const place = { kind: "method", method: httpMethod, path } as const;
      const behind = method(graph, { found, place, port: 443 });
      return balancers.map((balancer) => throughBalancer(graph, balancer, behind, toNode));
    });
}

/** The verdict on a call of another API of the Region through the load balancers of the stack; undefined: there are none. */
export function otherApi(graph: Graph, besides: readonly string[], toNode: ToNode): Verdict | undefined {
  const [first, ...others] = balancersFor(graph, undefined).map((balancer) =>
    throughBalancer(graph, balancer, anotherApi(graph, besides), toNode),
  );
  return first && bestOf(first, others);
}

/** The verdict on what a load balancer itself sends to a method, whoever its caller is. */
export function methodFromBalancer(graph: Graph, balancer: LoadBalancer, question: ApiQuestion): Verdict {
  return fromBalancer(graph, balancer, method(graph, question));
}

/** The verdict on what a load balancer itself sends to another API of the Region. */
export function otherApiFromBalancer(
  graph: Graph,
  balancer: LoadBalancer,
  besides: readonly string[],
): Verdict {
  return fromBalancer(graph, balancer, anotherApi(graph, besides));
}

function fromBalancer(graph: Graph, balancer: LoadBalancer, behind: Behind): Verdict {
  const ports = graph.listeners.flatMap(({ loadBalancer, port }) =>
    loadBalancer === balancer.ref.urn && isKnown(port) ? [port] : [],
  );
  const ordered = [...ports].sort((a, b) => Number(b === behind.port) - Number(a === behind.port));
  const verdicts = ordered.map((port) =>
    throughBalancer(graph, balancer, { ...behind, port }, (node, _, onward) =>
      onward(anyone(graph, node.addresses.family))(new TraceBuilder(), "local", node),
    ),
  );
  // A listener that leads nowhere near says the least.
  const isFar = (verdict: Verdict) =>
    verdict.status === "blocked" && verdict.code === "ELBV2_NO_RULE_FOR_METHOD";
  const [first, ...others] = [...verdicts].sort((a, b) => Number(isFar(a)) - Number(isFar(b)));
  if (first !== undefined) return bestOf(first, others);
  return new TraceBuilder().unknown(balancer.ref, `on which port ${balancer.ref.name} listens`);
}

function method(graph: Graph, question: ApiQuestion): Behind {
  const { found, place, port } = question;
  const { api } = found;
  const stages = api.stages.flatMap(({ stageName }) => (isKnown(stageName) ? [stageName] : []));
  const path = place.path.replace(/\{[^}/]+\}/g, "x");
  const wanted: WantedApi = {
    api: { key: api.ref.urn, id: api.id, host: apiHost(graph, api) },
    method: place.method === "ANY" ? "GET" : place.method,
    paths: stages.map((stage) => (path === "/" ? `/${stage}` : `/${stage}${path}`)),
  };
  return {
    wanted,
    label: `${labelOf({ kind: "method", method: place.method, path: place.path })} of ${api.ref.name}`,
    port,
    answer: (trace, caller, on, via) => {
      const off = servesEndpoints(trace, api) ?? executeApiOn(trace, graph, api);
      if (off !== undefined) return off;
      if (api.stages.some(({ stageName }) => !isKnown(stageName)))
        trace.undetermined(api.ref, `which stages ${api.ref.name} has`);
      return reachMethod(trace, caller, { ...question, port: on }, via);
    },
  };
}

/**
 * An execute-api endpoint answers 403 for an API that is not private.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
function servesEndpoints(trace: TraceBuilder, { ref, endpointType }: RestApi): Blocked | undefined {
  if (endpointType === "PRIVATE") return undefined;
  if (!isKnown(endpointType)) return trace.undetermined(ref, `whether ${ref.name} is private`);
  return trace.blocked({
    at: ref,
    code: "API_NOT_PRIVATE",
    reason: `${ref.name} is ${endpointType}, and an execute-api endpoint serves private APIs only`,
    fix: `Make ${ref.name} PRIVATE, or let callers call it on the internet.`,
  });
}

/** Any API of another owner, whose own policy admits the endpoint. */
function anotherApi(graph: Graph, besides: readonly string[]): Behind {
  const own = [...graph.apis.values()].flatMap(({ id }) => (isKnown(id) ? [id] : []));
  const ref = { urn: "another API", type: "aws:apigateway/restApi:RestApi", name: "another API" };
  const api: RestApi = {
    ref,
    id: "a1b2c3d4e5",
    account: graph.account ?? UNKNOWN,
    endpointType: "PRIVATE",
    vpcEndpoints: [],
    disableExecuteApiEndpoint: false,
    policy: {
      ref,
      document: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
      },
    },
    binaryMediaTypes: [],
    methods: [],
    stages: [{ ref, stageName: "stage", cacheSize: undefined, variables: {}, settings: [] }],
    hasBody: true,
  };
  const any = {
    ref,
    httpMethod: "GET",
    path: "/",
    authorization: "NONE",
    apiKeyRequired: false,
    integration: undefined,
  } as const;
  return {
    wanted: { api: { besides: [...own, ...besides] }, method: "GET", paths: undefined },
    label: "another API",
    port: 443,
    answer: (trace, caller, _, via) =>
      apiPolicies(trace, { ...caller, api, method: any }) ?? trace.reached(via),
  };
}

/** The load balancers that may lead to an execute-api endpoint, or the one of a name. */
function balancersFor(graph: Graph, name: string | undefined): LoadBalancer[] {
  const named = name === undefined ? undefined : nodesNamed(graph, "managedResources", name);
  return [...graph.loadBalancers.values()].filter((balancer) =>
    named === undefined ? mayLead(graph, balancer) : named.some(({ ref }) => ref.urn === balancer.ref.urn),
  );
}

function mayLead(graph: Graph, { ref }: LoadBalancer): boolean {
  const endpoints = [...graph.endpoints.values()].filter(
    ({ service, type }) => service === "execute-api" && type !== "Gateway",
  );
  if (endpoints.length === 0) return false;
  return graph.listeners
    .filter(({ loadBalancer }) => loadBalancer === ref.urn)
    .flatMap(({ rules }) => rules.flatMap(({ action }) => action.targetGroups))
    .some((key) => {
      const group = isKnown(key) ? graph.targetGroups.get(key) : undefined;
      if (group === undefined) return false;
      return (
        isProxied(graph, group) || group.targets.some((each) => mayBeEndpoint(graph, endpoints, group, each))
      );
    });
}

/** Whether a target may be an interface of an endpoint: it is, or nobody knows whose the address is. */
function mayBeEndpoint(
  graph: Graph,
  endpoints: readonly VpcEndpoint[],
  { targetType }: TargetGroup,
  { target, endpoint, placement }: Target,
): boolean {
  if (placement !== undefined || targetType === "lambda") return false;
  if (endpoint !== undefined) return endpoints.some(({ ref }) => ref.urn === endpoint);
  if (!isSet(target)) return true;
  const address = parseCidr(target);
  if (address === undefined) return false;
  return endpoints.some(({ vpc, ref }) => {
    const at = destinationAt(graph, vpc, address);
    return at.kind === "interface" && (at.to.owner.urn === ref.urn || at.to.owner.type === "address");
  });
}

function throughBalancer(graph: Graph, balancer: LoadBalancer, behind: Behind, toNode: ToNode): Verdict {
  const resource = graph.managedResources.get(balancer.ref.urn);
  const nodes = resource === undefined ? [] : resourceInterfaces(graph, resource);
  const { port } = behind;
  const verdicts = nodes.map((node) =>
    "missing" in node
      ? new TraceBuilder().unknown(node.missing, `a subnet of ${balancer.ref.name} is not in the stack`)
      : toNode(
          node,
          port,
          (client) => (trace, via, at) =>
            at === undefined
              ? trace.unknown(balancer.ref, `whether the connection arrives at ${balancer.ref.name}`)
              : atListener(trace, { graph, balancer, node: at, client, port, via, next: noNext }, behind),
        ),
  );
  const reason = `which node of ${balancer.ref.name} gets the connection is not known, and they do not all answer`;
  return (
    whichever(verdicts, balancer.ref, reason) ??
    new TraceBuilder().unknown(balancer.ref, `in which subnets ${balancer.ref.name} is`)
  );
}

const noNext: Arrived["next"] = () => (trace, via) => trace.reached(via);

function atListener(trace: TraceBuilder, arrived: Arrived, behind: Behind): Verdict {
  const own = listenerOf(trace, arrived);
  if ("status" in own) return own;
  const listener = withProxies(arrived.graph, own);
  if (arrived.port === 443 && listener.protocol === "HTTP") {
    return trace.blocked({
      at: listener.ref,
      code: "ELBV2_LISTENER_WITHOUT_TLS",
      reason: `${listener.ref.name} speaks HTTP on port 443, and callers of that port speak TLS`,
      fix: `Set protocol: HTTPS and certificateArn on ${listener.ref.name}.`,
    });
  }
  const forwarding = listener.rules.filter(({ action }) => mayForward(arrived.graph, action));
  const leading = forwarding.map((rule) => ({
    rule,
    leading: leadsTo(listener, rule, behind.wanted, arrived.client.addresses),
  }));
  const ways = leading.flatMap(
    ({ rule, leading: each }) => follow(trace.fork(), arrived, behind, rule, each) ?? [],
  );
  const [first, ...others] = ways;
  const refused = noRule(trace, listener, behind, leading);
  if (first === undefined) return refused;
  const best = bestOf(first, others);
  return best.status === "blocked" && leading.every(({ leading: { leads } }) => leads !== "yes")
    ? refused
    : best;
}

/** Whether a rule may forward to addresses: functions serve no API. */
function mayForward({ targetGroups }: Graph, { kind, targetGroups: keys }: RuleAction): boolean {
  if (kind === "redirect" || kind === "fixed-response") return false;
  const groups = keys.map((key) => (isKnown(key) ? targetGroups.get(key) : undefined));
  return groups.length === 0 || groups.some((group) => group?.targetType !== "lambda");
}

/** The verdict on the requests that a rule takes; undefined if it leads elsewhere. */
function follow(
  trace: TraceBuilder,
  arrived: Arrived,
  behind: Behind,
  rule: ListenerRule,
  leading: Leading,
): Verdict | undefined {
  const { ref, action } = rule;
  if (leading.leads === "no") return undefined;
  if (leading.leads === "unknown") {
    const verdict = forward(trace, arrived, behind, rule);
    return verdict.status === "blocked" ? verdict : trace.unknown(leading.missing, leading.reason);
  }
  const { sample } = leading;
  const way =
    leading.leads === "yes"
      ? `with Host ${leading.host} and path ${leading.path}`
      : `with the caller's own header ${leading.header}`;
  const { ref: balancer } = arrived.balancer;
  trace.hop(balancer, `rule ${ref.name} takes ${sample.method} ${sample.path} and sends it on ${way}`, ref);
  if (action.authenticates !== false)
    trace.undetermined(ref, `whether the caller signs in, which ${ref.name} asks for`);
  const verdict = forward(trace, arrived, behind, rule);
  if (leading.leads === "yes" || verdict.status !== "reachable") return verdict;
  return trace.unknown(
    ref,
    `whether API Gateway follows the header ${leading.header}, which callers of ${arrived.balancer.ref.name} choose: ${ref.name} passes it on`,
  );
}

function forward(
  trace: TraceBuilder,
  arrived: Arrived,
  behind: Behind,
  { ref, action }: ListenerRule,
): Verdict {
  if (!isKnown(action.kind)) return trace.unknown(ref, `what ${ref.name} does with a request`);
  const next: Arrived["next"] = (sender, port) => (reached, _, at) => {
    const { graph } = arrived;
    if (at !== undefined && proxyRoutes(graph, at.owner.urn) !== undefined)
      return throughProxy(reached, arrived, behind, at);
    const endpoint = at === undefined ? undefined : graph.endpoints.get(at.owner.urn);
    if (endpoint?.service !== "execute-api") return notAnEndpoint(reached, arrived, at, endpoint);
    return behind.answer(reached, callerAt(graph, sender, endpoint), port, arrived.via);
  };
  const check: typeof speaksTls = (each, group) =>
    isProxied(arrived.graph, group) ? undefined : speaksTls(each, group);
  return toTargetGroups(trace, { ...arrived, next }, ref, action.targetGroups, check);
}

/** From a reverse proxy to the execute-api endpoints of its VPC, any of which it may have for its upstream. */
function throughProxy(
  trace: TraceBuilder,
  arrived: Arrived,
  behind: Behind,
  proxy: NetworkInterface,
): Verdict {
  const { graph, via } = arrived;
  const endpoints = [...graph.endpoints.values()].filter(
    ({ service, vpc, type }) => service === "execute-api" && type !== "Gateway" && vpc === proxy.subnet.vpc,
  );
  const ways = endpoints.flatMap((endpoint) =>
    endpointInterfaces(graph, endpoint).map((to) => {
      if ("missing" in to) return trace.fork().unknown(to.missing, `where ${endpoint.ref.name} is`);
      return network(trace.fork(), {
        graph,
        source: proxy,
        target: { kind: "interface", to },
        port: 443,
        arrive: (reached) => behind.answer(reached, callerAt(graph, senderOf(proxy), endpoint), 443, via),
      });
    }),
  );
  const reason = `which address of the endpoint ${proxy.owner.name} calls is not known, and they do not all answer`;
  return (
    whichever(ways, proxy.owner, reason) ??
    trace.blocked({
      at: proxy.owner,
      code: "ELBV2_TARGET_IS_NO_ENDPOINT",
      reason: `${proxy.owner.name} is in a VPC without an execute-api endpoint, so it serves no private API`,
      fix: `Create an execute-api endpoint in the VPC of ${proxy.owner.name}.`,
    })
  );
}

/** API Gateway sees the load balancer, not its client. */
function callerAt(graph: Graph, { addresses }: Peer, endpoint: VpcEndpoint): ObservedCaller {
  const vpc = isKnown(endpoint.vpc) ? graph.vpcs.get(endpoint.vpc) : undefined;
  return { graph, caller: undefined, endpoint, vpc, addresses };
}

function notAnEndpoint(
  trace: TraceBuilder,
  { balancer }: Arrived,
  at: NetworkInterface | undefined,
  endpoint: VpcEndpoint | undefined,
): Verdict {
  if (
    at === undefined ||
    at.owner.type === "address" ||
    (endpoint !== undefined && !isKnown(endpoint.service ?? ""))
  )
    return trace.unknown(
      at?.owner ?? balancer.ref,
      `whether ${at?.owner.name ?? "a target"} is an execute-api endpoint`,
    );
  return trace.blocked({
    at: at.owner,
    code: "ELBV2_TARGET_IS_NO_ENDPOINT",
    reason: `${at.owner.name} is a target of ${balancer.ref.name}, and not an execute-api endpoint, so it serves no private API`,
    fix: `Register the private addresses of the execute-api endpoint in the place of ${at.owner.name}.`,
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html */
function speaksTls(trace: TraceBuilder, { ref, protocol, healthMatcher }: TargetGroup): Verdict | undefined {
  if (protocol === UNKNOWN) trace.undetermined(ref, `which protocol ${ref.name} speaks`);
  else if (protocol !== "HTTPS" && protocol !== "TCP" && protocol !== "TLS") {
    return trace.blocked({
      at: ref,
      code: "ELBV2_TARGET_PROTOCOL_MISMATCH",
      reason: `${ref.name} speaks ${protocol ?? "no protocol"} to its targets, and an endpoint of API Gateway takes TLS only`,
      fix: `Set protocol: HTTPS and port: 443 on ${ref.name}.`,
    });
  }
  if (protocol === "HTTPS" && isHealthy(healthMatcher) === false) {
    trace.hop(
      ref,
      `takes no answer 403 for healthy (matcher ${String(healthMatcher ?? "200")}), and API Gateway gives no other: with no healthy target the load balancer sends to all`,
    );
  }
  return undefined;
}

/**
 * Whether the answer 403, which API Gateway gives to a health check, counts as healthy; undefined: not known. If all
 * targets are unhealthy, an Application Load Balancer sends requests to all of them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
function isHealthy(matcher: TargetGroup["healthMatcher"]): boolean | undefined {
  if (matcher === UNKNOWN) return undefined;
  return (matcher ?? "200").split(",").some((part) => {
    const [first = Number.NaN, last = first] = part.split("-").map(Number);
    return first <= 403 && 403 <= last;
  });
}

interface RuleLeading {
  readonly rule: ListenerRule;
  readonly leading: Leading;
}

/** The block if no rule leads to the API, at the rule that comes nearest. */
function noRule(
  trace: TraceBuilder,
  listener: Listener,
  { label, wanted }: Behind,
  rules: readonly RuleLeading[],
): Verdict {
  const why = (reason: "host" | "path") =>
    rules.flatMap(({ rule, leading }) => {
      if (leading.leads === "chosen" && reason === "host") return [{ rule, got: "another Host header" }];
      return leading.leads === "no" && leading.why === reason ? [{ rule, got: leading.got }] : [];
    })[0];
  const host = why("host");
  const path = why("path");
  const blocked = (at: ListenerRule, code: Code, reason: string, fix: string) =>
    trace.blocked({ at: at.ref, code, reason, fix });
  if (path !== undefined) {
    return blocked(
      path.rule,
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
      `${path.rule.ref.name} sends requests with ${path.got}`,
      `Let ${path.rule.ref.name} take the path, and rewrite it to ${(wanted.paths ?? []).join(" or ")} (url-rewrite).`,
    );
  }
  if (host !== undefined) {
    return blocked(
      host.rule,
      "ELBV2_RULE_LEADS_TO_OTHER_API",
      `${host.rule.ref.name} sends its requests with ${host.got}, which is not that of ${label}`,
      `Rewrite the Host header on ${host.rule.ref.name} to ${"host" in wanted.api ? wanted.api.host : "the API's"} (host-header-rewrite with the regex ^.*$).`,
    );
  }
  return trace.blocked({
    at: listener.ref,
    code: "ELBV2_NO_RULE_FOR_METHOD",
    reason: `no rule of listener ${listener.ref.name} sends requests to ${label}`,
    fix: `Add a rule to ${listener.ref.name} that takes the path, and rewrites Host and path to the API's.`,
  });
}

function noBalancer(place: MethodPlace): Verdict {
  const name = place.loadBalancer ?? "";
  const ref = { urn: name, type: "load balancer", name };
  return new TraceBuilder().unknown(ref, `load balancer ${name} is not in the stack`);
}
