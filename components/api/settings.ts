import { ACCOUNT_THROTTLE } from "@lambda-networking/preflight/aws";
/**
 * Requests a second, and at once. Requests above the limits are answered 429.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export interface Throttling {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The stage's cache for the answers of its GET methods. Costs $14.60 a month or more, at 0.5 GB. */
export interface Caching {
  /** Size in gigabytes. */
  readonly size: number;
  /** Whether the answers, which hold decrypted values, are encrypted in the cache. */
  readonly encrypted: boolean;
  /** How long an answer is kept, 0 to 3600 seconds. */
  readonly ttlInSeconds: number;
  /** IAM ARNs of principals that may invalidate a cached answer. */
  readonly invalidators: readonly string[];
}

/** A method of an API: `GET` at `/messages/{id}`. */
export interface Method {
  readonly method: string;
  readonly path: string;
}

/** Settings of one method that differ from the stage's. */
export interface MethodSettings {
  /**
   * `NONE`: everybody may call. `AWS_IAM`: requests must be signed, and IAM must allow the signer. Any other text is the
   * name of one of the API's authorizers.
   */
  readonly authorization: string;
  /** Whether the header `x-api-key` must hold a key of a usage plan. */
  readonly apiKeyRequired: boolean;
  /**
   * Limits of this method.
   * @default the stage's limits
   */
  readonly throttling?: Throttling;
  /**
   * Caching of a GET: false for none, or what an answer depends on, e.g. `querystring.lang`.
   * @default the stage's caching
   */
  readonly caching?: false | { readonly ttlInSeconds?: number; readonly keys: readonly string[] };
}

/** Settings by method: `GET /messages`. */
export type MethodsSettings = Readonly<Record<string, MethodSettings>>;

/** Web pages that may read the API's answers. */
export interface Cors {
  /** `https://app.example.com`, or `*` for every page. */
  readonly allowOrigin: string;
  /** Seconds that a browser may remember the answer to OPTIONS. */
  readonly maxAgeInSeconds: number;
}

/** The key of a method in settings: `GET /messages`. */
export function methodKey({ method, path }: Method): string {
  return `${method} ${path}`;
}

/** Whether a method needs neither a signature nor a token. */
export function isOpen(methods: MethodsSettings, method: Method): boolean {
  return (methods[methodKey(method)]?.authorization ?? "NONE") === "NONE";
}

/**
 * Returns a stage's limits, or the account's if the stage has none. They are written out because the provider's default
 * is -1, which not every implementation of API Gateway takes for "no limit of its own".
 */
export function stageThrottling(throttling: Throttling | false | undefined): Throttling {
  return throttling || ACCOUNT_THROTTLE;
}
/** A custom domain name as the user configures it. */
export interface DomainSettings {
  /** The certificate in ACM: in us-east-1 for an EDGE API, else in the stack's own Region. */
  readonly certificateArn: string;
  /**
   * Hosted zone that gets the alias records.
   * @default a new private hosted zone for a private domain name; for others no records, so the operator writes them
   */
  readonly hostedZoneId?: string;
  /** Paths under the domain name that lead to the API: `messages`, or `(none)` for the root. */
  readonly basePaths: readonly string[];
}

/** Settings by domain name. */
export type Domains = Readonly<Record<string, DomainSettings>>;

/** API Gateway's value for "no base path". */
export const ROOT = "(none)";

/**
 * Returns the API's URLs by its custom domain names, without a slash at the end. They contain no stage because each
 * base path leads to one.
 */
export function domainUrls(domains: Domains): string[] {
  return Object.entries(domains).flatMap(([domainName, { basePaths }]) =>
    basePaths.map((path) => (path === ROOT ? `https://${domainName}` : `https://${domainName}/${path}`)),
  );
}
