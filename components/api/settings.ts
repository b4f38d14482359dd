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
  readonly throttling?: Throttling | undefined;
  /** Of a GET: false where its answers are not cached, or what an answer depends on: `querystring.lang`. */
  readonly caching?:
    | false
    | { readonly ttlInSeconds?: number | undefined; readonly keys: readonly string[] }
    | undefined;
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
