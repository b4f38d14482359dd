import {
  type ApiAuthorizer,
  authorize,
  type Graph,
  isKnown,
  isRecord,
  isSet,
  list,
  type MaybeUnknown,
  parsePolicy,
} from "@lambda-networking/preflight";
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { proxyEvent } from "../integrations/proxy-event.js";
import { known } from "../known.js";
import type { LambdaFunctions } from "../lambda/functions.js";
import {
  authorizerDenied,
  authorizerFailed,
  expiredToken,
  unauthorized,
} from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";
import { startTestIssuer, type TestIssuer } from "./test-issuer.js";
import type { Clock } from "./throttle.js";

type Event = ReturnType<typeof proxyEvent>;

/** What the method's integration gets of an authorizer: `requestContext.authorizer`. */
export type AuthorizerContext = Readonly<Record<string, unknown>>;

interface AuthorizersArgs {
  readonly graph: Graph;
  readonly now: Clock;
}

/** An answer of a function that API Gateway keeps. */
interface KeptAnswer {
  readonly answer: Answer;
  readonly until: number;
}

interface Answer {
  readonly policy: unknown;
  readonly context: AuthorizerContext;
}

/** The authorizers of an API: user pools, and functions that run here with what API Gateway keeps of their answers. */
export class Authorizers {
  private readonly kept = new Map<string, KeptAnswer>();
  /** The text of a token for each authorizer, by its URN. */
  private readonly tokens = new Map<string, string>();

  private constructor(
    private readonly args: AuthorizersArgs,
    private readonly issuer: TestIssuer | undefined,
  ) {}

  /** Starts the issuer that stands for user pools and fetched keys, if an authorizer needs one. */
  static async start(args: AuthorizersArgs): Promise<Authorizers> {
    const { graph } = args;
    const needs = [...graph.authorizers.values()].flatMap((authorizer) => {
      const claims = claimsFor(graph, authorizer);
      return claims === undefined ? [] : [{ authorizer, ...claims }];
    });
    const issuer =
      needs.length === 0 ? undefined : await startTestIssuer(needs.map(({ algorithm }) => algorithm));
    const all = new Authorizers(args, issuer);
    for (const { authorizer, claims, algorithm } of needs) {
      if (issuer !== undefined) all.tokens.set(authorizer.ref.urn, await issuer.token(claims, algorithm));
    }
    return all;
  }

  /** Where functions fetch the issuer's keys from, instead of from the internet. */
  get jwksUri(): string | undefined {
    return this.issuer?.jwksUri;
  }

  /** A token that the method's authorizer accepts; undefined if nobody here can make one. */
  tokenFor({ method: { authorizer } }: Route): string | undefined {
    return isSet(authorizer) ? this.tokens.get(authorizer) : undefined;
  }

  /** One line for each authorizer, with what to send. */
  describe(): string[] {
    return [...this.args.graph.authorizers.values()].map(({ ref, userPools }) => {
      const token = this.tokens.get(ref.urn);
      if (token === undefined) return `Authorizer ${ref.name}: send what its function accepts`;
      const of = userPools.length > 0 ? "its user pool" : "its issuer";
      return `Authorizer ${ref.name}: -H 'Authorization: Bearer ${token}', of a test issuer in place of ${of}`;
    });
  }

  close(): Promise<void> {
    return this.issuer?.close() ?? Promise.resolve();
  }

  /**
   * What the method's authorizer says to a request.
   * @returns the refusal, or what the integration gets of the authorizer; undefined for a method without one
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
   */
  async decide(
    { method }: Route,
    {
      event,
      ...call
    }: { readonly event: () => Event; readonly arn: string; readonly functions: LambdaFunctions },
  ): Promise<ApiResponse | { readonly context: AuthorizerContext } | undefined> {
    const { graph } = this.args;
    const { authorization, authorizer: key } = method;
    if (authorization === "NONE" || authorization === "AWS_IAM") return undefined;
    const authorizer = isSet(key) ? graph.authorizers.get(key) : undefined;
    if (authorizer === undefined)
      return authorizerFailed(`${method.ref.name} names no authorizer of the stack`);
    return authorizer.type === "COGNITO_USER_POOLS"
      ? this.byUserPool(authorizer, method.ref.urn, event())
      : this.byFunction(authorizer, { ...call, event: event() });
  }

  /** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html */
  private async byUserPool(authorizer: ApiAuthorizer, methodUrn: string, event: Event) {
    const token = bearer(headerOf(event, "authorization"));
    if (token === undefined || this.issuer === undefined)
      return unauthorized("the request has no header Authorization");
    const scopes = list(this.args.graph.resources.get(methodUrn)?.properties.authorizationScopes).map(String);
    try {
      const { payload } = await jwtVerify(token, this.issuer.keys, {
        issuer: authorizer.userPools.flatMap((pool) => issuerOf(this.args.graph, pool)),
        algorithms: ["RS256"],
        requiredClaims: ["exp"],
        currentDate: new Date(this.args.now()),
      });
      const refusal = wrongUse(payload, scopes);
      return refusal === undefined ? { context: { claims: texts(payload) } } : unauthorized(refusal);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expiredToken();
      if (error instanceof errors.JOSEError)
        return unauthorized(`the token is not of the user pool (${error.code})`);
      throw error;
    }
  }

  private async byFunction(
    authorizer: ApiAuthorizer,
    {
      event,
      arn,
      functions,
    }: { readonly event: Event; readonly arn: string; readonly functions: LambdaFunctions },
  ) {
    const { ref } = authorizer;
    const sources = known(authorizer.identitySources, `the identity sources of ${ref.name}`);
    const values = sources.map((source) => sourceValue(event, source));
    const missing = sources.filter((_, at) => (values[at] ?? "") === "");
    if (missing.length > 0) return unauthorized(`the request has no ${missing.join(", ")}`);
    const ttl = known(authorizer.resultTtl, `how long ${ref.name} keeps answers`);
    const key = JSON.stringify([ref.urn, ...values]);
    const kept = this.kept.get(key);
    const { now, graph } = this.args;
    if (kept !== undefined && now() < kept.until) return decided(graph, authorizer, kept.answer, arn);
    const lambda = isSet(authorizer.function) ? functions.get(authorizer.function) : undefined;
    if (lambda === undefined)
      return authorizerFailed(`the function of ${ref.name} is not in the stack, so it does not run here`);
    const invocation = await lambda.invoke(eventFor(authorizer, event, arn, values[0] ?? ""));
    if ("error" in invocation) {
      const { errorMessage, errorType } = invocation.error;
      return errorMessage === "Unauthorized"
        ? unauthorized(`${ref.name} refuses the credentials`)
        : authorizerFailed(`the function of ${ref.name} threw ${errorType}`);
    }
    const answer = answerOf(invocation.result);
    if (answer === undefined)
      return authorizerFailed(
        `the answer of ${ref.name} has no principalId and policyDocument, or no plain context`,
      );
    if (ttl > 0) this.kept.set(key, { answer, until: now() + ttl * 1000 });
    return decided(graph, authorizer, answer, arn);
  }
}

/** The token of a header, with or without the word Bearer. */
function bearer(header: string | undefined): string | undefined {
  const token = header?.replace(/^Bearer +/i, "").trim();
  return token === "" ? undefined : token;
}

/** Without scopes API Gateway takes ID tokens, and with scopes access tokens that have one of them. */
function wrongUse({ token_use: use, scope }: JWTPayload, scopes: readonly string[]): string | undefined {
  if (scopes.length === 0)
    return use === "id" ? undefined : "the method takes ID tokens, because it has no scopes";
  if (use !== "access") return "the method takes access tokens, because it has scopes";
  const own = typeof scope === "string" ? scope.split(" ") : [];
  return scopes.some((one) => own.includes(one))
    ? undefined
    : `the token has none of the scopes ${scopes.join(", ")}`;
}

/** The issuer of a user pool's tokens. */
function issuerOf(graph: Graph, pool: MaybeUnknown<string>): string[] {
  if (!isKnown(pool)) return [];
  const id = graph.userPools.get(pool)?.ref.id ?? /:userpool\/(.+)$/.exec(pool)?.[1];
  return id === undefined ? [] : [`https://cognito-idp.${id.split("_")[0]}.amazonaws.com/${id}`];
}

interface Claims {
  readonly claims: JWTPayload;
  readonly algorithm: string;
}

const ALICE = "alice";

/** The claims of a token that an authorizer accepts; undefined if another machine has the keys, or code decides. */
function claimsFor(graph: Graph, authorizer: ApiAuthorizer): Claims | undefined {
  const [iss] = authorizer.userPools.flatMap((pool) => issuerOf(graph, pool));
  if (iss !== undefined) {
    const scopes = [...graph.resources.values()]
      .filter(({ properties }) => properties.authorizerId === authorizer.ref.id)
      .flatMap(({ properties }) => list(properties.authorizationScopes).map(String));
    const use =
      scopes.length === 0
        ? { token_use: "id", aud: "test" }
        : { token_use: "access", scope: scopes.join(" ") };
    return { claims: { iss, sub: ALICE, ...use }, algorithm: "RS256" };
  }
  const { JWT_ISSUER, JWT_AUDIENCE, JWT_ALGORITHMS, JWT_SCOPES, JWT_JWKS } = variablesOf(graph, authorizer);
  if (typeof JWT_ISSUER !== "string" || JWT_JWKS !== undefined) return undefined;
  const [aud = ""] = String(JWT_AUDIENCE).split(" ");
  const [algorithm = "RS256"] = String(JWT_ALGORITHMS).split(" ");
  const scope = typeof JWT_SCOPES === "string" ? { scope: JWT_SCOPES } : {};
  return { claims: { iss: JWT_ISSUER, aud, sub: ALICE, ...scope }, algorithm };
}

/** The variables of an authorizer's function. */
function variablesOf(graph: Graph, { function: key }: ApiAuthorizer): Readonly<Record<string, unknown>> {
  const { environment } = (isSet(key) ? graph.resources.get(key)?.properties : undefined) ?? {};
  return isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
}

/** The value of an identity source: `method.request.header.Authorization`, `context.httpMethod`. */
function sourceValue(event: Event, source: string): string | undefined {
  const [, from = "", name = ""] =
    /^(?:method\.request\.)?(header|querystring|multivalueheader|multivaluequerystring|stageVariables|context)\.(.+)$/.exec(
      source,
    ) ?? [];
  if (from.endsWith("header")) return headerOf(event, name);
  if (from.endsWith("querystring")) return event.queryStringParameters?.[name];
  if (from === "stageVariables") return event.stageVariables?.[name];
  const value = name
    .split(".")
    .reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), event.requestContext);
  return value === undefined || value === null ? undefined : String(value);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
function eventFor(
  { type }: ApiAuthorizer,
  { body: _, isBase64Encoded: __, ...event }: Event,
  methodArn: string,
  token: string,
) {
  return type === "TOKEN"
    ? { type, methodArn, authorizationToken: token }
    : { type: "REQUEST", methodArn, ...event };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
function answerOf(result: unknown): Answer | undefined {
  if (!isRecord(result) || typeof result.principalId !== "string" || result.policyDocument === undefined)
    return undefined;
  const given = result.context ?? {};
  if (!isRecord(given) || Object.values(given).some((value) => typeof value === "object")) return undefined;
  return { policy: result.policyDocument, context: { ...texts(given), principalId: result.principalId } };
}

/** A function gets the values as texts. */
function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat().join(",")]));
}

/**
 * What a policy says to a call. One that neither allows nor denies leaves it to the API's own policy, which let the call
 * come so far, if there is one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
function decided(graph: Graph, { ref, api }: ApiAuthorizer, { policy, context }: Answer, arn: string) {
  const parsed = parsePolicy("identity", policy);
  if (!parsed.ok)
    return authorizerFailed(
      `the policy of ${ref.name} is none that AWS accepts: ${parsed.problems.join("; ")}`,
    );
  const { decision } = authorize(
    {
      principal: { kind: "role", arn: "arn:aws:iam::000000000000:role/caller" },
      action: "execute-api:Invoke",
      resource: arn,
      resourceAccount: "000000000000",
    },
    { identity: [{ label: ref.name, document: parsed.document }] },
  );
  const hasPolicy = isKnown(api) && graph.apis.get(api)?.policy !== undefined;
  if (decision === "allowed" || (decision === "implicit-deny" && hasPolicy)) return { context };
  return authorizerDenied(
    decision === "explicit-deny",
    `the policy that ${ref.name} returned does not allow ${arn}`,
  );
}
