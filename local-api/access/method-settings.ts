import { isRecord, type Properties, type SourceResource } from "@lambda-networking/preflight";
import { numberOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";
import type { Limit } from "./throttle.js";
import { limitOf } from "./throttle.js";

/** What becomes of a request that may not invalidate an entry of the cache, and asks for it. */
const STRATEGIES = [
  "FAIL_WITH_403",
  "SUCCEED_WITH_RESPONSE_HEADER",
  "SUCCEED_WITHOUT_RESPONSE_HEADER",
] as const;
type Strategy = (typeof STRATEGIES)[number];

export interface CacheSettings {
  /** Above 0. */
  readonly ttlInSeconds: number;
  readonly requireAuthorization: boolean;
  readonly strategy: Strategy;
}

/** How a stage treats one of its methods. */
export interface MethodSettings {
  /** Undefined: none below the account's. */
  readonly limit: Limit | undefined;
  /** Undefined: nothing is cached. */
  readonly caching: CacheSettings | undefined;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html */
const TTL_IN_SECONDS = { usual: 300, most: 3600 } as const;

/** A stage's settings for its methods: those for all of them, and on top those of a method's own. */
export class StageMethodSettings {
  private readonly byMethod: ReadonlyMap<string, Properties>;

  constructor(
    resources: readonly SourceResource[],
    private readonly hasCache: boolean,
  ) {
    this.byMethod = new Map(
      resources.flatMap(({ type, properties: { methodPath, settings } }) =>
        type === "aws:apigateway/methodSettings:MethodSettings" && isRecord(settings)
          ? [[normal(String(methodPath)), settings] as const]
          : [],
      ),
    );
  }

  /**
   * Settings for all methods cache those that are GET only; any other caches by settings of its own.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
   */
  of({ httpMethod, resource }: Route): MethodSettings {
    const all = this.byMethod.get("*/*") ?? {};
    const own = this.byMethod.get(normal(`${resource}/${httpMethod}`));
    const both = { ...all, ...own };
    // A limit that a method's own settings leave out is none: the provider's default is -1.
    const limits = own ?? all;
    const isCached = httpMethod === "GET" ? both.cachingEnabled === true : own?.cachingEnabled === true;
    return {
      limit: limitOf(numberOf(limits.throttlingRateLimit), numberOf(limits.throttlingBurstLimit)),
      caching: this.hasCache && isCached ? cachingOf(both) : undefined,
    };
  }
}

function cachingOf(settings: Properties): CacheSettings | undefined {
  const { cacheTtlInSeconds, requireAuthorizationForCacheControl, unauthorizedCacheControlHeaderStrategy } =
    settings;
  const ttlInSeconds = Math.min(numberOf(cacheTtlInSeconds) ?? TTL_IN_SECONDS.usual, TTL_IN_SECONDS.most);
  if (ttlInSeconds <= 0) return undefined;
  return {
    ttlInSeconds,
    requireAuthorization: requireAuthorizationForCacheControl !== false,
    strategy:
      STRATEGIES.find((strategy) => strategy === unauthorizedCacheControlHeaderStrategy) ??
      "SUCCEED_WITH_RESPONSE_HEADER",
  };
}

/** `messages/GET`, without the slash at its beginning and with those inside it as they are. */
function normal(methodPath: string): string {
  return methodPath.replaceAll("~1", "/").replace(/^\/+/, "");
}
