import type {
  ApiStage,
  MethodCaching,
  MethodSetting,
  UnauthorizedCacheControlStrategy,
} from "@lambda-networking/preflight";
import { known } from "../known.js";
import { nameOf, type Route } from "../request/routing.js";
import { type Limit, limitOf } from "./throttle.js";

export interface CacheSettings {
  /** Above 0. */
  readonly ttlInSeconds: number;
  /** Whether only a caller who may invalidate the cache can ask for a fresh answer. */
  readonly requireAuthorization: boolean;
  readonly strategy: UnauthorizedCacheControlStrategy;
}

/** Settings of a stage for one method. */
export interface MethodSettings {
  /** Undefined: only the account's limit. */
  readonly limit: Limit | undefined;
  /** Undefined: nothing is cached. */
  readonly caching: CacheSettings | undefined;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html */
const MAX_TTL_IN_SECONDS = 3600;

/** Key of the settings for all methods. The key of a method's own settings is its name. */
const EVERY_METHOD = "*";

const NO_SETTINGS: MethodSettings = { limit: undefined, caching: undefined };

/** A stage's settings for its methods. */
export class StageMethodSettings {
  private readonly byMethod: ReadonlyMap<string, MethodSettings>;

  constructor({ ref, cacheSize, settings }: ApiStage) {
    const hasCache = known(cacheSize, `the cache of ${ref.name}`) !== undefined;
    this.byMethod = new Map(settings.map((setting) => [keyOf(setting), settingsOf(setting, hasCache)]));
  }

  /**
   * A method's own settings replace the settings for all methods; API Gateway's defaults fill in what they do not set.
   * Settings for all methods cache only GET methods. Another method is cached only if its own settings enable it.
   * @see https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
   */
  of(route: Route): MethodSettings {
    const own = this.byMethod.get(nameOf(route));
    if (own !== undefined) return own;
    const { limit, caching } = this.byMethod.get(EVERY_METHOD) ?? NO_SETTINGS;
    return { limit, caching: route.httpMethod === "GET" ? caching : undefined };
  }
}

function keyOf({ ref, method }: MethodSetting): string {
  const name = known(method, `the method of ${ref.name}`);
  return name === undefined ? EVERY_METHOD : nameOf({ httpMethod: name.httpMethod, resource: name.path });
}

function settingsOf(setting: MethodSetting, hasCache: boolean): MethodSettings {
  const { ref, caching } = setting;
  return { limit: limitOf(setting, ref.name), caching: hasCache ? cachingOf(caching, ref.name) : undefined };
}

function cachingOf(caching: MethodCaching, name: string): CacheSettings | undefined {
  const ttlInSeconds = known(caching.ttlInSeconds, `the time that ${name} caches for`);
  if (!known(caching.enabled, `whether ${name} caches`) || ttlInSeconds <= 0) return undefined;
  return {
    ttlInSeconds: Math.min(ttlInSeconds, MAX_TTL_IN_SECONDS),
    requireAuthorization: known(caching.requireAuthorization, `the authorization of ${name}`),
    strategy: known(caching.unauthorizedStrategy, `the strategy of ${name}`),
  };
}
