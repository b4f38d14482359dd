import {
  type Code,
  decide,
  type Graph,
  isKnown,
  isRecord,
  isSet,
  type Listener,
  type LoadBalancer,
  type LoadBalancerRequest,
  list,
  type Place,
  type RestApi,
  type RoutingDecision,
  type TargetGroup,
  trace,
  type Verdict,
} from "@lambda-networking/preflight";
import { formatCidr } from "@lambda-networking/preflight/aws";
import { unlimited } from "../access/admission.js";
import { executeApiEndpoints, type ObservedCaller, placeOf, seenFrom } from "../access/position.js";
import { nameIn } from "../hosts.js";
import type { LambdaFunctions } from "../lambda/functions.js";
import { forbidden } from "../request/gateway-responses.js";
import {
  type ApiRequest,
  type ApiResponse,
  belowStage,
  type Header,
  headerMaps,
  type LoadBalancerResponse,
  newRequestIds,
  type Position,
  splitTarget,
} from "../request/messages.js";
import { errorPage } from "./error-pages.js";
import { lambdaAnswer, loadBalancerEvent, MOST_LAMBDA_BYTES } from "./lambda-target.js";

/** A request as it comes to the front door. */
export interface FrontDoorRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array | "too large";
  readonly from: Position;
}

/** A request with the address that the load balancer sees. */
interface AddressedRequest extends FrontDoorRequest {
  readonly client: string;
}

interface FrontDoorArgs {
  readonly graph: Graph;
  readonly api: RestApi;
  readonly apiId: string;
  readonly stageName: string;
  readonly functions: LambdaFunctions;
  call(request: ApiRequest): Promise<ApiResponse>;
}

/**
 * The Application Load Balancer of a stack on localhost. The rules are those of the stack, the network between it and
 * the API is proved as for the API itself. It ends no TLS.
 */
export class FrontDoor {
  /** Names of the load balancer that callers use. */
  readonly names: ReadonlySet<string>;
  /** What API Gateway sees: the load balancer's own address, through the endpoint. */
  private readonly seen: ObservedCaller;
  /** The stack's API with methods that anyone may call. */
  private readonly open: RestApi;
  private readonly refusals = new Map<Position, string | undefined>();
  /** The way from the load balancer to each function. */
  private readonly invocations = new Map<string, Verdict>();

  private constructor(
    private readonly args: FrontDoorArgs,
    private readonly balancer: LoadBalancer,
    private readonly listener: Listener,
  ) {
    const { graph, api } = args;
    this.names = namesOf(graph, balancer);
    this.seen = seenOf(graph, balancer);
    this.open = { ...api, methods: api.methods.map(unlimited) };
  }

  /** The front door of a stack; undefined if it has not exactly one load balancer that listens on port 443. */
  static of(args: FrontDoorArgs): FrontDoor | undefined {
    const { graph } = args;
    const found = [...graph.loadBalancers.values()].flatMap((balancer) =>
      graph.listeners
        .filter(({ loadBalancer, port }) => loadBalancer === balancer.ref.urn && port === 443)
        .map((listener) => ({ balancer, listener })),
    );
    const [only, ...others] = found.filter(({ balancer }) => balancer.type === "application");
    return only === undefined || others.length > 0
      ? undefined
      : new FrontDoor(args, only.balancer, only.listener);
  }

  /** Reason why callers of a position do not get to the load balancer; undefined if they do. */
  refusal(from: Position): string | undefined {
    if (!this.refusals.has(from)) this.refusals.set(from, this.provedRefusal(from));
    return this.refusals.get(from);
  }

  private provedRefusal(from: Position): string | undefined {
    const { graph } = this.args;
    const to: Place = { kind: "resource", name: this.balancer.ref.urn };
    const verdict = trace(graph, placeOf(graph, from), to, 443);
    const hasArrived = verdict.path.some(({ by }) => by?.urn === this.listener.ref.urn);
    if (hasArrived || verdict.status === "reachable") return undefined;
    return `refused from ${from}: ${verdict.reason}`;
  }

  async answer(request: FrontDoorRequest): Promise<LoadBalancerResponse> {
    const { from, method, path, headers } = request;
    const refused = this.refusal(from);
    if (refused !== undefined) return errorPage(403, `${refused}. On AWS the connection is not made.`);
    const { graph, api } = this.args;
    const client = seenFrom(graph, api, from).sourceIp;
    const asked: LoadBalancerRequest = { method, path, headers, source: client };
    const { decision, possible } = decide(this.listener, asked);
    if (decision === undefined) return notDocumented(possible);
    const { action, status, rule, location } = decision;
    if (action === "refuse")
      return errorPage(Number(status), "the load balancer refuses the request by itself");
    const by = rule?.ref.name ?? "";
    if (action === "redirect" && isSet(status) && isSet(location)) {
      return {
        ...errorPage(status, `${by} redirects`),
        headers: { Location: location, Server: "awselb/2.0" },
      };
    }
    if (action === "fixed-response" && isSet(status)) {
      const { body, contentType } = rule?.action ?? {};
      const type = isSet(contentType) ? contentType : "text/plain";
      const answer = errorPage(status, `${by} answers`);
      return {
        ...answer,
        headers: { ...answer.headers, "Content-Type": type },
        body: isSet(body) ? body : "",
      };
    }
    if (action !== "forward") return notDocumented(possible);
    return await this.forward({ ...request, client }, decision);
  }

  private async forward(request: AddressedRequest, decision: RoutingDecision): Promise<LoadBalancerResponse> {
    const { graph } = this.args;
    const [key] = decision.target;
    const group = isSet(key) ? graph.targetGroups.get(key) : undefined;
    if (group === undefined || !isKnown(decision.host) || !isKnown(decision.path))
      return errorPage(503, "where the rule leads is not known here");
    if (group.targets.length === 0) return errorPage(503, `nothing is registered in ${group.ref.name}`);
    if (group.targetType === "lambda") return await this.invoke(request, group, decision.host, decision.path);
    if (group.targets.some(({ placement }) => placement !== undefined))
      return errorPage(501, `the containers behind ${group.ref.name} do not run here`);
    return await this.callApi(request, decision.host, decision.path);
  }

  private async invoke(
    { method, headers, body, client }: AddressedRequest,
    group: TargetGroup,
    host: string,
    path: string,
  ): Promise<LoadBalancerResponse> {
    const { graph, functions } = this.args;
    if (body === "too large" || body.length > MOST_LAMBDA_BYTES)
      return errorPage(413, "a function behind a load balancer takes 1 MB");
    const target = group.targets[0]?.target;
    const lambda = isSet(target) ? functions.get(target) : undefined;
    if (lambda === undefined || !isSet(target))
      return errorPage(502, "the function behind it is not in the stack");
    const verdict = this.invocation(target);
    if (verdict.status !== "reachable") return errorPage(502, verdict.reason);
    const isMultiValue =
      graph.resources.get(group.ref.urn)?.properties.lambdaMultiValueHeadersEnabled === true;
    const event = loadBalancerEvent({
      method,
      path,
      headers: forwarded(headers, host, client),
      body,
      targetGroupArn: isSet(group.arn) ? group.arn : group.ref.name,
      isMultiValue,
    });
    return lambdaAnswer(await lambda.invoke(event), isMultiValue);
  }

  /** Whether the load balancer may invoke a function. */
  private invocation(target: string): Verdict {
    const { graph } = this.args;
    const known = this.invocations.get(target);
    const verdict =
      known ??
      trace(graph, { kind: "resource", name: this.balancer.ref.urn }, { kind: "function", name: target });
    this.invocations.set(target, verdict);
    return verdict;
  }

  private async callApi(
    { method, headers, body, client }: AddressedRequest,
    host: string,
    target: string,
  ): Promise<ApiResponse> {
    const { graph, api, apiId, stageName, call } = this.args;
    const [path = "/", query = ""] = splitTarget(target);
    const [named] = host.split(".");
    if (named !== apiId) return forbidden(`Host: ${host} is not this API, ${apiId}.`);
    const below = belowStage(path, stageName);
    if (below === undefined) return forbidden(`there is no such stage: the load balancer sends ${path}.`);
    const verdict = trace(
      { ...graph, apis: new Map([[api.ref.urn, this.open]]) },
      { kind: "resource", name: this.balancer.ref.urn },
      { kind: "method", method, path: below, api: api.ref.urn },
    );
    if (verdict.status === "unknown") return forbidden(`not proved. ${verdict.reason}`);
    if (verdict.status === "blocked" && !OF_THE_RULES.has(verdict.code)) {
      const status = STATUSES[verdict.code] ?? (OF_API_GATEWAY.test(verdict.code) ? 403 : 504);
      return status === 403 ? forbidden(verdict.reason) : errorPage(status, verdict.reason);
    }
    const sent = body === "too large" ? { isTooLarge: true } : { body };
    return await call({
      method,
      path: below,
      query,
      ...headerMaps(forwarded(headers, host, client)),
      ...sent,
      seen: this.seen,
    });
  }
}

/** What API Gateway sees of a load balancer: its own address, through the endpoint. */
function seenOf(graph: Graph, { ref }: LoadBalancer): ObservedCaller {
  const [key] = graph.managedResources.get(ref.urn)?.placement?.subnets ?? [];
  const block = isSet(key) ? graph.subnets.get(key)?.cidrBlock : undefined;
  const [endpoint] = executeApiEndpoints(graph);
  return {
    sourceIp: isSet(block) ? formatCidr({ ...block, first: block.first + 20n, prefix: 32 }) : "10.0.0.20",
    ...(endpoint && {
      endpoint: { vpcId: graph.refOf(endpoint.vpc).id ?? "", vpceId: endpoint.ref.id ?? "" },
    }),
  };
}

/** Blocks of a method that the stack has not: API Gateway answers these itself. */
const OF_THE_RULES: ReadonlySet<Code> = new Set<Code>([
  "API_METHOD_NOT_FOUND",
  "ELBV2_NO_RULE_FOR_METHOD",
  "ELBV2_RULE_LEADS_TO_OTHER_API",
  "ELBV2_RULE_LEADS_TO_OTHER_PATH",
]);

const STATUSES: Readonly<Record<string, number>> = {
  ELBV2_LISTENER_HAS_NO_TG: 503,
  ELBV2_TARGET_PROTOCOL_MISMATCH: 502,
  ELBV2_TARGET_IS_NO_ENDPOINT: 502,
};

const OF_API_GATEWAY = /^API_|POLICY/;

function notDocumented(possible: readonly RoutingDecision[]): ApiResponse {
  const each = possible.map(({ rule, status }) =>
    rule === undefined ? `refused with ${String(status)}` : `taken by ${rule.ref.name}`,
  );
  const which = [...new Set(each)].join(", or ");
  return errorPage(501, `AWS does not say what it makes of this request: ${which}`);
}

function namesOf(graph: Graph, { ref }: LoadBalancer): ReadonlySet<string> {
  const dnsName = graph.resources.get(ref.urn)?.properties.dnsName;
  const records = [...graph.resources.values()]
    .filter(({ type }) => type === "aws:route53/record:Record")
    .filter(({ properties }) =>
      list(properties.aliases).some((alias) => isRecord(alias) && alias.name === dnsName),
    )
    .map(({ properties }) => properties.name);
  const redirects = graph.listeners
    .filter(({ loadBalancer }) => loadBalancer === ref.urn)
    .flatMap(({ rules }) => rules.map(({ action }) => action.redirect?.host));
  const texts = [...records, ...redirects, dnsName].flatMap((name) =>
    typeof name === "string" && !name.includes("#{") ? [nameIn(name)] : [],
  );
  return new Set(texts);
}

function forwarded(headers: readonly Header[], host: string, client: string): Header[] {
  const own = ["host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];
  const before = headers
    .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
    .map(([, value]) => value);
  return [
    ["host", host],
    ...headers.filter(([name]) => !own.includes(name.toLowerCase())),
    ["x-forwarded-for", [...before, client].join(", ")],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
    ["x-amzn-trace-id", newRequestIds().traceId],
  ];
}
