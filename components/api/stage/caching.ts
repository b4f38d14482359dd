import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../base/policy-document.js";
import { methodArn } from "../access/resource-policy.js";
import {
  type Caching,
  type Method,
  type MethodSettings,
  type MethodsSettings,
  methodKey,
} from "../settings.js";

/**
 * Whether a method's answers are cached. By default API Gateway caches only GET, and this project keeps that default.
 */
function isCached({ method, path }: Method, methods: MethodsSettings): boolean {
  return method === "GET" && methods[methodKey({ method, path })]?.caching !== false;
}

/**
 * Parameters that an answer depends on, in API Gateway's form: `method.request.querystring.lang`. The path's variables
 * are always among them because otherwise every `/messages/{id}` would have the answer of the first one.
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
 * Cache settings of a stage's methods. A request for a fresh answer from a caller without permission is refused,
 * because the caller would mistake a cached answer for a fresh one.
 * @param ttlInSeconds the method's own, if it has one; false: the method is not cached
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
 * Statements that allow principals to invalidate a cached answer, with the header `Cache-Control: max-age=0`.
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
      Resource: cached.map((route) => methodArn(executionArn, stageName, route)),
    },
  ];
}

/**
 * The statements for an endpoint's policy, with any principal. AWS evaluates that policy first, for every action; the
 * API's own policy restricts the principal. In an endpoint's policy, a role's ARN does not match the role's sessions.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function withAnyPrincipal(statements: readonly Statement[]): Statement[] {
  return statements.map((statement) => ({ ...statement, Principal: "*" }));
}
