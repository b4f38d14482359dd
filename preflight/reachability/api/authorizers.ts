import type { ApiAuthorizer, ApiMethod, Graph, Key, RestApi } from "../../graph/model.js";
import { authorize } from "../../iam/index.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { admission, type Invocation } from "../lambda/permissions.js";
import { throttled } from "../lambda/throttled.js";
import { homeAt } from "../places/home.js";
import { methodName } from "../places/resolve.js";
import { actingAs } from "../services/policies.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** A method that is called. */
interface CalledMethod {
  readonly graph: Graph;
  readonly api: RestApi;
  readonly method: ApiMethod;
}

/** Authorizations of a REST API's method that an authorizer decides. */
export function hasAuthorizer(graph: Graph, { api, method }: Pick<CalledMethod, "api" | "method">): boolean {
  const { authorization } = method;
  return (
    !graph.httpApis.has(api.ref.urn) && (authorization === "CUSTOM" || authorization === "COGNITO_USER_POOLS")
  );
}

/** What a call carries: a token that the authorizer accepts, none, or it is not known. */
export type Credentials = "token" | "none" | "unknown";

/**
 * Whether the method's authorizer lets the call in. A user pool's tokens are checked by API Gateway. What a function
 * accepts is its code's matter: a caller with a token is one whose token it accepts, and a caller without is refused
 * before the function is asked, if the authorizer names what a request has to carry.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
 */
export function byAuthorizer(
  trace: TraceBuilder,
  call: CalledMethod,
  credentials: Credentials,
): Blocked | undefined {
  const { graph, method } = call;
  const { authorizer: key } = method;
  if (key === undefined) return withoutAuthorizer(trace, call, credentials, "names no authorizer");
  const authorizer = isKnown(key) ? graph.authorizers.get(key) : undefined;
  if (authorizer === undefined) {
    const ref = graph.refOf(key);
    return trace.undetermined(ref, `what authorizer ${ref.name} of ${methodName(call)} decides`);
  }
  if (isKnown(authorizer.api) && authorizer.api !== call.api.ref.urn) {
    return withoutAuthorizer(
      trace,
      call,
      credentials,
      `names ${authorizer.ref.name}, which is of another API`,
    );
  }
  const { type } = authorizer;
  if (!isKnown(type)) return trace.undetermined(authorizer.ref, `of which type ${authorizer.ref.name} is`);
  const isPool = type === "COGNITO_USER_POOLS";
  if (isPool !== (method.authorization === "COGNITO_USER_POOLS")) {
    const what = `is of type ${type}, and the method wants ${String(method.authorization)}`;
    return withoutAuthorizer(trace, call, credentials, `names ${authorizer.ref.name}, which ${what}`);
  }
  return isPool
    ? byUserPool(trace, call, credentials, authorizer)
    : byFunction(trace, call, credentials, authorizer);
}

/** A method that AWS refuses to make so, or that lost its authorizer by hand: whom it lets in then is not documented. */
function withoutAuthorizer(
  trace: TraceBuilder,
  call: CalledMethod,
  credentials: Credentials,
  what: string,
): Blocked | undefined {
  const { ref } = call.method;
  const reason = `${methodName(call)} wants ${String(call.method.authorization)} authorization and ${what}`;
  if (credentials !== "token") return trace.undetermined(ref, `whom ${ref.name} lets in: ${reason}`);
  return trace.blocked({
    at: ref,
    code: "API_AUTHORIZER_MISSING",
    reason,
    fix: `Name an authorizer of ${call.api.ref.name} in authorizerId of ${ref.name}.`,
  });
}

function byUserPool(
  trace: TraceBuilder,
  call: CalledMethod,
  credentials: Credentials,
  authorizer: ApiAuthorizer,
): Blocked | undefined {
  const { graph } = call;
  const { ref, userPools } = authorizer;
  if (userPools.length === 0) {
    return withoutAuthorizer(trace, call, credentials, `names ${ref.name}, which names no user pool`);
  }
  const names = userPools.map((pool) => graph.refOf(pool).name).join(" or ");
  if (credentials === "token") {
    return trace.hop(ref, `lets in tokens of user pool ${names}`, call.method.ref);
  }
  return refusal(trace, call, credentials, authorizer, `a token of user pool ${names}`);
}

function byFunction(
  trace: TraceBuilder,
  call: CalledMethod,
  credentials: Credentials,
  authorizer: ApiAuthorizer,
): Blocked | undefined {
  const { graph } = call;
  const { ref, function: key, identitySources } = authorizer;
  if (!isSet(key)) {
    return trace.undetermined(ref, `which function decides for ${ref.name} of ${methodName(call)}`);
  }
  const invoked = graph.functions.get(key);
  const failed = mayInvoke(trace, call, authorizer, key) ?? (invoked && throttled(trace, invoked));
  // Then everybody is answered 500.
  if (failed !== undefined) return failed;
  if (!isKnown(identitySources)) {
    return trace.undetermined(ref, `what a request has to carry for ${ref.name}`);
  }
  const name = graph.refOf(key).name;
  if (credentials === "token") {
    keptForOthers(trace, call, authorizer);
    return trace.hop(ref, `lets in the credentials that function ${name} accepts`, call.method.ref);
  }
  const wanted = identitySources.filter(isCredential);
  if (wanted.length === 0) {
    return trace.undetermined(
      ref,
      `whom function ${name} lets in: ${ref.name} asks it about callers without credentials too`,
    );
  }
  return refusal(trace, call, credentials, authorizer, wanted.join(" and "));
}

function refusal(
  trace: TraceBuilder,
  call: CalledMethod,
  credentials: Credentials,
  { ref }: ApiAuthorizer,
  wanted: string,
): Blocked | undefined {
  if (credentials === "unknown") {
    return trace.undetermined(ref, `whether the caller has what ${ref.name} of ${methodName(call)} accepts`);
  }
  return trace.blocked({
    at: ref,
    by: call.method.ref,
    code: "API_AUTHORIZER_REFUSES",
    reason: `${methodName(call)} wants ${wanted}, and the caller has none`,
    fix: `Call with a token that ${ref.name} accepts, or set authorization: NONE on ${call.method.ref.name}.`,
  });
}

/** Headers that a request has without its sender's doing, so that they hold no credentials. */
const ALWAYS_SENT =
  /^method\.request\.header\.(host|user-agent|accept|x-forwarded-.*|content-.*|cloudfront-.*)$/i;

/** Whether an identity source is something that a caller has to send. */
function isCredential(source: string): boolean {
  return (
    /^method\.request\.(header|querystring|multivalueheader|multivaluequerystring)\./.test(source) &&
    !ALWAYS_SENT.test(source)
  );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions */
function mayInvoke(
  trace: TraceBuilder,
  call: CalledMethod,
  authorizer: ApiAuthorizer,
  key: Key,
): Blocked | undefined {
  const { graph, api } = call;
  const { ref, credentials, qualifier } = authorizer;
  if (credentials !== undefined) return byRole(trace, graph, authorizer, key);
  const { account, region } = homeAt(graph, api.ref.urn);
  const id = graph.resources.get(ref.urn)?.id;
  const parts = [region, account, api.id, id];
  const sourceArn = parts.every((part) => typeof part === "string")
    ? `arn:aws:execute-api:${region}:${account}:${String(api.id)}/authorizers/${id}`
    : undefined;
  const target = graph.refOf(key);
  const invocation: Invocation = {
    service: "apigateway.amazonaws.com",
    source: ref,
    sourceArn,
    sourceAccount: account,
    qualifier,
  };
  const found = admission(graph, { ref: target }, invocation);
  if (found.admitted === true)
    return trace.hop(target, `API Gateway may ask the function for ${ref.name}`, found.by.ref);
  if (found.admitted === "unknown") {
    return trace.undetermined(found.by.ref, `whether permission ${found.by.ref.name} is for ${ref.name}`);
  }
  if (!graph.functions.has(key)) {
    return trace.undetermined(target, `function ${target.name} is not in the stack, nor its permissions`);
  }
  return trace.blocked({
    at: target,
    by: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `no permission lets API Gateway invoke ${target.name} for ${ref.name}, so ${methodName(call)} answers everybody 500`,
    fix: `Add a lambda Permission on ${target.name} for apigateway.amazonaws.com whose sourceArn ends with /authorizers/ and the id of ${ref.name}.`,
  });
}

function byRole(
  trace: TraceBuilder,
  graph: Graph,
  { ref, credentials = "", qualifier }: ApiAuthorizer,
  key: Key,
): Blocked | undefined {
  const role = isKnown(credentials) ? graph.roles.get(credentials) : undefined;
  const roleRef = graph.refOf(credentials);
  const arn = graph.functions.get(key)?.arn;
  const name = graph.refOf(key).name;
  if (role === undefined || !isSet(arn) || (qualifier !== undefined && !isKnown(qualifier))) {
    return trace.undetermined(roleRef, `whether ${roleRef.name} may invoke ${name}`);
  }
  const { principal, policies } = actingAs(graph, role);
  const resource = qualifier === undefined ? arn : `${arn}:${qualifier}`;
  const { decision } = authorize({ principal, action: "lambda:InvokeFunction", resource }, policies);
  if (decision === "allowed")
    return trace.hop(roleRef, `API Gateway may ask the function for ${ref.name} as ${roleRef.name}`);
  if (decision === "unknown")
    return trace.undetermined(roleRef, `whether ${roleRef.name} may invoke ${name}`);
  return trace.blocked({
    at: roleRef,
    by: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `role ${roleRef.name}, with which API Gateway asks ${name} for ${ref.name}, may not invoke it`,
    fix: `Allow lambda:InvokeFunction on ${name} in a policy of ${roleRef.name}.`,
  });
}

/** Identity sources that tell methods apart, so that a kept answer is for one method. */
const OF_THE_METHOD = [
  ["context.resourceId"],
  ["context.httpMethod", "context.resourcePath"],
  ["context.httpMethod", "context.path"],
];

/**
 * Leaves open whether a caller is let in by an answer that API Gateway kept from another method: it is a policy, and may
 * be for that method alone.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
function keptForOthers(trace: TraceBuilder, call: CalledMethod, authorizer: ApiAuthorizer): void {
  const { ref, resultTtl, identitySources, coversAllMethods } = authorizer;
  const isShared = sharing(call, ref.urn).length > 1;
  if (resultTtl === 0 || coversAllMethods || !isShared || !isKnown(identitySources)) return;
  const tells = OF_THE_METHOD.some((names) => names.every((name) => identitySources.includes(name)));
  if (tells) return;
  trace.undetermined(
    ref,
    `whether a policy that ${ref.name} keeps (authorizerResultTtlInSeconds) from another method is for ${methodName(call)} too`,
  );
}

/** The methods of the API that use the authorizer. */
function sharing({ api }: CalledMethod, authorizer: Key): readonly ApiMethod[] {
  return api.methods.filter((method) => method.authorizer === authorizer);
}
