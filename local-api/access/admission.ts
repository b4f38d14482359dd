import {
  type Blocked,
  type Code,
  type Graph,
  type NameKind,
  type RestApi,
  trace,
  traceByName,
  type Verdict,
} from "@lambda-networking/preflight";
import {
  accessDenied,
  forbidden,
  internalServerError,
  missingAuthenticationToken,
  unauthorized,
} from "../request/gateway-responses.js";
import type { ApiRequest, ApiResponse, CalledBy, Position } from "../request/messages.js";
import { headerOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";
import { executeApiEndpoints, placeOf } from "./position.js";

/**
 * What a caller gets who does not get through, or of whom the proof cannot tell.
 * @param arn of what it asked for: `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages`
 */
type Denial = (arn: string) => ApiResponse;

/** How a call comes to an API. */
interface CallOrigin {
  readonly from: Position;
  readonly by: CalledBy;
  /** Whether it is signed for a method that asks for it; by whom is not known. */
  readonly isSigned: boolean;
}

/**
 * Lets a call in from where its caller is, when the proof says that it gets through the network and the policies.
 * Whether a method's authorization lets it pass is asked elsewhere.
 */
export class Admission {
  private readonly known = new Map<string, Denial | undefined>();

  constructor(
    private readonly graph: Graph,
    private readonly api: RestApi,
  ) {}

  /**
   * @param route undefined: a request that no route is for; it may be refused before that is seen
   * @returns undefined when the call gets through
   */
  denial(route: Route | undefined, coming: CallOrigin): Denial | undefined {
    const key = JSON.stringify([coming, route?.method.ref.urn]);
    if (!this.known.has(key)) this.known.set(key, this.judge(route, coming));
    return this.known.get(key);
  }

  private judge(route: Route | undefined, coming: CallOrigin): Denial | undefined {
    const { from } = coming;
    const verdict = this.noWay(from) ?? this.verdict(route, coming);
    if (typeof verdict === "string") return () => forbidden(`refused from ${from}: ${verdict}`);
    switch (verdict.status) {
      case "reachable":
        return undefined;
      case "blocked":
        return denialOf(verdict, route, coming);
      case "unknown": {
        const missing = verdict.missing.map(({ name }) => name).join(", ");
        return () => forbidden(`refused from ${from}: not proved. ${verdict.reason}. Not known: ${missing}.`);
      }
    }
  }

  /** Why nobody can call from there, whatever the network lets through. */
  private noWay(from: Position): string | undefined {
    const { api, graph } = this;
    if (from === "internet") return undefined;
    if (graph.vpcs.size === 0) return "the stack has no VPC to call from. Fix: call from the internet.";
    const isPrivate = api.endpointType === "PRIVATE";
    const endpoints = executeApiEndpoints(graph);
    if (from === "endpoint" && !isPrivate) {
      return `an execute-api endpoint carries calls to private APIs only, and ${api.ref.name} is ${String(api.endpointType)}. Fix: call it by its public name.`;
    }
    const [first] = endpoints;
    const isNamed = endpoints.some(({ privateDnsEnabled }) => privateDnsEnabled === true);
    if (from === "vpc" && isPrivate && first !== undefined && !isNamed) {
      return `private DNS of ${first.ref.name} is off, so the name of ${api.ref.name} does not lead to it (VPCE_PRIVATE_DNS_DISABLED). Fix: call the endpoint by its own name (from endpoint), or set endpoints.executeApi.privateDns: true.`;
    }
    return undefined;
  }

  private verdict(route: Route | undefined, coming: CallOrigin): Verdict {
    const { graph, api } = this;
    // The one that was matched, and no other that might be.
    const methods = route === undefined ? [] : [{ ...route.method, authorization: "NONE" }];
    // This machine's name stands for whichever is on.
    const isOff = coming.by === "localhost" ? false : api.disableExecuteApiEndpoint;
    const called: RestApi = { ...api, methods, disableExecuteApiEndpoint: isOff };
    const inside = { ...graph, apis: new Map([[api.ref.urn, called]]) };
    const from = placeOf(graph, coming.from);
    const to = {
      kind: "method",
      method: route?.httpMethod ?? "GET",
      path: route?.resource ?? "/",
    } as const;
    const name = nameIn(coming);
    return name === undefined ? trace(inside, from, to) : traceByName(inside, from, to, name);
  }
}

/** Which of the API's names a call is by; undefined when it is by this machine's. */
function nameIn({ from, by }: CallOrigin): NameKind | undefined {
  if (by === "domain") return "custom-domain";
  if (from === "endpoint") return "endpoint";
  return by === "execute-api" ? by : undefined;
}

/** Blocks at which API Gateway answers 403 Forbidden; at the others there is nobody to answer. */
const ANSWERED: ReadonlySet<Code> = new Set<Code>([
  "API_EXECUTE_ENDPOINT_DISABLED",
  "API_NOT_DEPLOYED",
  "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
  "API_PRIVATE_REQUIRES_VPCE",
]);

function denialOf(
  verdict: Blocked,
  route: Route | undefined,
  { from, isSigned }: CallOrigin,
): Denial | undefined {
  const { code, reason, fix, at } = verdict;
  const told = `refused from ${from}: blocked at ${at.name}: ${reason} (${code}). Fix: ${fix}`;
  switch (code) {
    case "API_METHOD_NOT_FOUND":
      return undefined; // it has come as far as the API, which says so itself
    case "API_POLICY_DENIES":
      // Who signed it may be allowed by a policy of its own, where nothing denies it.
      if (isSigned && !isExplicit(verdict)) return undefined;
      // Without a signature nobody's policies are asked.
      if (!isSigned && route?.method.authorization === "AWS_IAM") return undefined;
      return (arn) => accessDenied(arn, isExplicit(verdict), told);
    case "API_POLICY_MISSING":
    case "IDENTITY_POLICY_DENIES":
    case "VPCE_POLICY_DENIES":
      return (arn) => accessDenied(arn, isExplicit(verdict), told);
    case "API_INTEGRATION_MISSING":
    case "LAMBDA_PERMISSION_MISSING":
      return () => internalServerError(500, told);
    default:
      return () =>
        forbidden(ANSWERED.has(code) ? told : `${told} In AWS this caller would get no answer at all.`);
  }
}

/** A statement that denies, and not the lack of one that allows; of the decision a verdict keeps only the words. */
function isExplicit({ reason }: Blocked): boolean {
  return reason.includes(": denied by ");
}

/**
 * Whether a request is signed for AWS, in its headers or in its query. By whom cannot be told here: only AWS knows
 * the key that it was signed with.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function isSigned(request: ApiRequest): boolean {
  if (/^AWS4-(HMAC-SHA256|ECDSA-P256-SHA256) .*Signature=/.test(headerOf(request, "authorization") ?? ""))
    return true;
  const query = new URLSearchParams(request.query ?? "");
  return query.has("X-Amz-Algorithm") && query.has("X-Amz-Signature");
}

/** Whether a request is signed, and its method asks for that. */
export function isSignedFor(route: Route, request: ApiRequest): boolean {
  return route.method.authorization === "AWS_IAM" && isSigned(request);
}

/** A signature is taken on trust, and the terminal is told so. */
export const UNVERIFIED_SIGNATURE = "signature taken on trust, as that of a principal that may call it";

/**
 * @returns undefined when the method asks for no authorization, or the request is signed
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function authorizationDenial(route: Route, request: ApiRequest): ApiResponse | undefined {
  const { authorization } = route.method;
  if (authorization === "NONE" || isSignedFor(route, request)) return undefined;
  return authorization === "AWS_IAM"
    ? missingAuthenticationToken("the method has AWS_IAM authorization, and the request is not signed")
    : unauthorized(`authorization of the kind ${String(authorization)} is not served here`);
}
