import { ACCOUNT_THROTTLE } from "@lambda-networking/preflight/aws";
/**
 * Requests a second, and at once. What is more is answered 429.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export interface Throttling {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The stage's cache for the answers of its GET methods. From $14.60 a month at 0.5 GB. */
export interface Caching {
  /** In gigabytes. */
  readonly size: number;
  /** Whether the answers, which hold decrypted values, are encrypted in the cache. */
  readonly encrypted: boolean;
  /** How long an answer is kept, 0 to 3600 seconds. */
  readonly ttlInSeconds: number;
  /** IAM ARNs of who may have an answer made anew; nobody where empty. */
  readonly invalidators: readonly string[];
}

/** What is different for one method. */
export interface MethodSettings {
  /** `AWS_IAM`: only who signs the request, and is allowed to by IAM. */
  readonly authorization: "NONE" | "AWS_IAM";
  /** Whether a key of a usage plan is needed, in the header `x-api-key`. */
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

/** Which web pages may read the API's answers. */
export interface Cors {
  /** `https://app.example.com`, or `*` for every page. */
  readonly allowOrigin: string;
  /** How long a browser remembers what is allowed. */
  readonly maxAgeInSeconds: number;
}

/** How a method is called in settings. */
export function methodKey({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

/**
 * A stage's limits; the account's if it has none. They are written out because the provider's default is -1, which
 * not everything that speaks API Gateway's language takes for "none of its own".
 */
export function stageThrottling(throttling: Throttling | false | undefined): Throttling {
  return throttling || ACCOUNT_THROTTLE;
}
/** A custom domain name as a person configures it. */
export interface DomainSettings {
  /** The certificate in ACM: in us-east-1 for an EDGE API, else in the stack's own region. */
  readonly certificateArn: string;
  /**
   * Hosted zone that gets the alias records.
   * @default a new private hosted zone for a private domain name; for others no records, so the operator writes them
   */
  readonly hostedZoneId?: string;
  /** Where under the domain name the API is: `messages`, or `(none)` for the root. */
  readonly basePaths: readonly string[];
}

/** Settings by domain name. */
export type Domains = Readonly<Record<string, DomainSettings>>;

/** How API Gateway writes "no base path". */
export const ROOT = "(none)";

/**
 * The URLs that the API has by its custom domain names, without a slash at the end: no stage is in them, for each
 * base path leads to one.
 */
export function domainUrls(domains: Domains): string[] {
  return Object.entries(domains).flatMap(([domainName, { basePaths }]) =>
    basePaths.map((path) => (path === ROOT ? `https://${domainName}` : `https://${domainName}/${path}`)),
  );
}
