import {
  type ApiMethod,
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
} from "../request/gateway-responses.js";
import type { ApiRequest, ApiResponse, CalledBy, Position } from "../request/messages.js";
import { headerOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";
import { executeApiEndpoints, placeOf } from "./position.js";

/**
 * Response for a caller that is blocked, or for which the proof gives no answer.
 * @param arn of the method: `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages`
 */
type Denial = (arn: string) => ApiResponse;

/** Origin of a call: position, name, and signature. */
interface CallOrigin {
  readonly from: Position;
  readonly by: CalledBy;
  /** Whether the method needs a signature and the call has one; the signer is not known. */
  readonly isSigned: boolean;
}

/**
 * Admits a call if the proof says that it gets through the network and the policies from the caller's position. It does
 * not check the authorization of the method; see {@link authorizationDenial}.
 */
export class Admission {
  private readonly known = new Map<string, Denial | undefined>();

  constructor(
    private readonly graph: Graph,
    private readonly api: RestApi,
  ) {}

  /**
   * @param route undefined: the request has no route; the network may still refuse it first
   * @returns undefined if the call gets through
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

  /** Reason why no caller can call from this position, whatever the network allows. */
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
    // Only the matched method, because the trace would else choose among all that fit.
    const methods = route === undefined ? [] : [unlimited(route.method)];
    // The name localhost stands for any name of the API that is on.
    const isOff = coming.by === "localhost" ? false : api.disableExecuteApiEndpoint;
    const called: RestApi = { ...api, methods, disableExecuteApiEndpoint: isOff };
    const inside = { ...graph, apis: new Map([[api.ref.urn, called]]) };
    const from = placeOf(graph, coming.from);
    const to = {
      kind: "method",
      direct: true,
      method: route?.httpMethod ?? "GET",
      path: route?.resource ?? "/",
    } as const;
    const name = nameIn(coming);
    return name === undefined ? trace(inside, from, to) : traceByName(inside, from, to, name);
  }
}

/** A method that anyone may call and that waits for any answer, because the local API checks signatures and time. */
export function unlimited(method: ApiMethod): ApiMethod {
  const { integration } = method;
  return {
    ...method,
    authorization: "NONE",
    integration: integration && { ...integration, timeout: undefined },
  };
}

/** Name of the API that a call uses; undefined if it is localhost. */
function nameIn({ from, by }: CallOrigin): NameKind | undefined {
  if (by === "domain") return "custom-domain";
  if (from === "endpoint") return "endpoint";
  return by === "execute-api" ? by : undefined;
}

/** Blocks that API Gateway answers with 403 Forbidden. At the others the caller gets no answer. */
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
      return undefined; // the call reaches the API, which answers this itself
    case "API_POLICY_DENIES":
      // A policy of the signer may allow the call if no statement denies it.
      if (isSigned && !isExplicit(verdict)) return undefined;
      // Without a signature AWS refuses the call before it evaluates policies.
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

/** Whether a statement denies, or just none allows. A verdict keeps only the text of the decision. */
function isExplicit({ reason }: Blocked): boolean {
  return reason.includes(": denied by ");
}

/**
 * Whether a request has an AWS signature, in its headers or in its query. The signer is not known here, because only
 * AWS knows the secret key of the signature.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function isSigned(request: ApiRequest): boolean {
  if (/^AWS4-(HMAC-SHA256|ECDSA-P256-SHA256) .*Signature=/.test(headerOf(request, "authorization") ?? ""))
    return true;
  const query = new URLSearchParams(request.query ?? "");
  return query.has("X-Amz-Algorithm") && query.has("X-Amz-Signature");
}

/** Whether the method needs a signature and the request has one. */
export function isSignedFor(route: Route, request: ApiRequest): boolean {
  return route.method.authorization === "AWS_IAM" && isSigned(request);
}

/** Note for the terminal, because this server does not verify signatures. */
export const UNVERIFIED_SIGNATURE = "signature taken on trust, as that of a principal that may call it";

/**
 * The denial of a method that wants signed requests. Other authorizations are the authorizers' matter.
 * @returns undefined if the method needs no signature, or the request is signed
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function authorizationDenial(route: Route, request: ApiRequest): ApiResponse | undefined {
  if (route.method.authorization !== "AWS_IAM" || isSignedFor(route, request)) return undefined;
  return missingAuthenticationToken("the method has AWS_IAM authorization, and the request is not signed");
}
