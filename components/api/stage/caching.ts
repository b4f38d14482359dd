import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../base/policy-document.js";
import { type Caching, type MethodSettings, type MethodsSettings, methodKey } from "../settings.js";

interface Method {
  readonly method: string;
  readonly path: string;
}

/** API Gateway caches GETs alone, unless it is told otherwise; here it is not. */
function isCached({ method, path }: Method, methods: MethodsSettings): boolean {
  return method === "GET" && methods[methodKey({ method, path })]?.caching !== false;
}

/**
 * What an answer depends on, as API Gateway has it: `method.request.querystring.lang`. The variables of the path
 * always belong to it: without them every `/messages/{id}` would have the answer of the first one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function cacheKeys({ method, path }: Method, settings: MethodSettings | undefined): string[] {
  if (method !== "GET" || settings?.caching === false) return [];
  const variables = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => `path.${name}`);
  const keys = new Set([...variables, ...(settings?.caching?.keys ?? [])]);
  return [...keys].map((key) => `method.request.${key}`);
}

/** The stage's cache cluster. */
export function cacheCluster(caching: Caching | false | undefined) {
  return caching ? { cacheClusterEnabled: true, cacheClusterSize: String(caching.size) } : {};
}

/**
 * The settings of a cached stage's methods. A request that may not have the answer made anew, and asks for it, is
 * refused: an old answer in place of the new one that was asked for would pass for it.
 * @param ttlInSeconds the method's own, where it has one; false: the method is not cached
 */
export function cacheSettings(caching: Caching | false | undefined, ttlInSeconds?: number | false) {
  if (!caching) return {};
  return {
    cachingEnabled: ttlInSeconds !== false,
    cacheTtlInSeconds:
      ttlInSeconds === undefined || ttlInSeconds === false ? caching.ttlInSeconds : ttlInSeconds,
    cacheDataEncrypted: caching.encrypted,
    requireAuthorizationForCacheControl: true,
    unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
  };
}

export interface InvalidationArgs {
  readonly caching?: Caching | false;
  readonly methods?: MethodsSettings;
  readonly routes: readonly Method[];
  readonly stageName: string;
}

/**
 * Who may have a cached answer made anew, with the header `Cache-Control: max-age=0`.
 * @param executionArn `arn:aws:execute-api:REGION:ACCOUNT:API`
 */
export function cacheInvalidationStatements(
  executionArn: pulumi.Output<string>,
  args: InvalidationArgs,
): Statement[] {
  const { caching, methods = {}, routes, stageName } = args;
  const cached = routes.filter((route) => isCached(route, methods));
  if (!caching || caching.invalidators.length === 0 || cached.length === 0) return [];
  return [
    {
      Sid: "AllowInvalidateCache",
      Effect: "Allow",
      Principal: { AWS: caching.invalidators },
      Action: "execute-api:InvalidateCache",
      Resource: cached.map(({ method, path }) =>
        // In an ARN a variable of the path is whatever stands in its place.
        executionArn.apply((arn) => `${arn}/${stageName}/${method}${path.replace(/\{[^}]+\}/g, "*")}`),
      ),
    },
  ];
}

/**
 * The same in an endpoint's policy, which is asked first and for every action; who it is, the API's own policy says.
 * A role's session is not matched by the role's ARN there.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function withAnyPrincipal(statements: readonly Statement[]): Statement[] {
  return statements.map((statement) => ({ ...statement, Principal: "*" }));
}
