import { Sha256 } from "@smithy/core/checksum";
import { isClockSkewError, StandardRetryStrategy } from "@smithy/core/retry";
import { HttpRequest, type HttpResponse } from "@smithy/core/transport";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { type AwsCredentials, defaultProvider } from "../../lambda-credentials.js";
import { AttemptTimeoutError, NoRegionError, UnreadableAnswerError } from "../errors.js";
import { endpointOf, type JsonService } from "./endpoint.js";
import { isError, retryInfo } from "./retries.js";
import { AwsServiceError } from "./service-error.js";

export interface CallOptions {
  /** Stops the call. */
  readonly signal: AbortSignal;
  /** Returns the milliseconds that the call may still take, of which each attempt gets a share. */
  readonly remaining: () => number;
  /** Called with the error of each attempt that failed, retried or not. */
  readonly onFailedAttempt?: (error: unknown) => void;
}

/** Calls operations of AWS services; tests replace it. */
export interface AwsCaller {
  /** @returns the answer's JSON, unchecked */
  call(service: JsonService, operation: string, input: object, options: CallOptions): Promise<unknown>;
}

export interface AwsClientArgs {
  /** @default AWS_REGION, which Lambda sets */
  readonly region?: string;
  /** URL of every service. @default the service's own, or what AWS_ENDPOINT_URL_… names */
  readonly endpoint?: string;
  /** @default the role's, which Lambda passes in environment variables */
  readonly credentials?: AwsCredentials;
  /** Attempts of one call, the first one included. */
  readonly maxAttempts?: number;
}

/**
 * An attempt's share of the remaining time. A slow service gets most of it, and a lost connection still leaves time for
 * another attempt: 5.9, 2.3 and 0.9 seconds of 9.75.
 */
const SHARE = 0.6;
/** An attempt gets at least this many milliseconds, or what remains. */
const SHORTEST_ATTEMPT = 500;
/** The fifth pause after a throttled attempt is up to 8 seconds; the deadline comes first. */
const MOST_ATTEMPTS = 6;

/** @returns milliseconds of an attempt */
export function attemptTime(remaining: number): number {
  return Math.max(remaining * SHARE, Math.min(remaining, SHORTEST_ATTEMPT), 0);
}

/**
 * A client for AWS services that speak JSON over HTTP, made of the SDK's own parts: its signature, its HTTP handler
 * with one kept connection, its retries with jitter and its partitions. It loads in 40% of the time of the SDK's client
 * for Parameter Store, because it has no operations, errors, credential providers or endpoint rules but those that it
 * uses. See docs/decisions/sdk-bundled.md.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export class AwsClient implements AwsCaller {
  private readonly region: string | undefined;
  private readonly endpoint: string | undefined;
  private readonly credentials: () => Promise<AwsCredentials>;
  private readonly http = new NodeHttpHandler();
  private readonly retries: StandardRetryStrategy;
  private readonly signers = new Map<JsonService, SignatureV4>();
  /** Milliseconds that AWS's clock is ahead of this machine's. */
  private clockSkew = 0;

  constructor({ region, endpoint, credentials, maxAttempts = MOST_ATTEMPTS }: AwsClientArgs = {}) {
    this.region = region;
    this.endpoint = endpoint;
    this.credentials = credentials === undefined ? defaultProvider() : async () => credentials;
    this.retries = new StandardRetryStrategy(maxAttempts);
  }

  async call(service: JsonService, operation: string, input: object, options: CallOptions): Promise<unknown> {
    let token = await this.retries.acquireInitialRetryToken("");
    for (;;) {
      try {
        const output = await this.attempt(service, operation, input, options);
        this.retries.recordSuccess(token);
        return output;
      } catch (thrown) {
        if (options.signal.aborted || !isError(thrown)) throw thrown;
        options.onFailedAttempt?.(thrown);
        const next = await this.retries
          .refreshRetryTokenForRetry(token, retryInfo(thrown))
          .catch(() => undefined);
        if (next === undefined || options.signal.aborted || options.remaining() <= 0) throw thrown;
        token = next;
      }
    }
  }

  /** Closes the connections. */
  destroy(): void {
    this.http.destroy();
  }

  private async attempt(
    service: JsonService,
    operation: string,
    input: object,
    { signal, remaining }: CallOptions,
  ): Promise<unknown> {
    const milliseconds = attemptTime(remaining());
    const timeout = new AttemptTimeoutError(service.name, milliseconds);
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => stop.abort(timeout), milliseconds);
    try {
      if (signal.aborted) abort();
      const request = await this.signedRequest(service, operation, JSON.stringify(input));
      const { response } = await this.http.handle(request, { abortSignal: stop.signal });
      return this.outputOf(response, await textOf(response.body));
    } catch (error) {
      throw stop.signal.reason === timeout ? timeout : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  private async signedRequest(service: JsonService, operation: string, body: string): Promise<HttpRequest> {
    const { endpoint, region = process.env.AWS_REGION } = this;
    if (!region) throw new NoRegionError();
    const url = endpoint === undefined ? endpointOf(service, region, process.env) : new URL(endpoint);
    const request = new HttpRequest({
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== "" && { port: Number(url.port) }),
      method: "POST",
      path: url.pathname,
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "content-length": String(Buffer.byteLength(body)),
        "x-amz-target": `${service.target}.${operation}`,
        "user-agent": "lambda-networking",
      },
      body,
    });
    const signed = await this.signerOf(service, region).sign(request, {
      signingDate: new Date(Date.now() + this.clockSkew),
    });
    return new HttpRequest({ ...signed });
  }

  private signerOf(service: JsonService, region: string): SignatureV4 {
    const known = this.signers.get(service);
    if (known !== undefined) return known;
    const signer = new SignatureV4({
      service: service.name,
      region,
      credentials: this.credentials,
      sha256: Sha256,
    });
    this.signers.set(service, signer);
    return signer;
  }

  /** @throws AwsServiceError for an error's answer; UnreadableAnswerError for one that is not JSON */
  private outputOf(response: HttpResponse, text: string): unknown {
    if (response.statusCode === 200) return jsonOf(text);
    const error = new AwsServiceError(response, errorBodyOf(text));
    const serverTime = Date.parse(response.headers.date ?? "");
    // A request with a wrong time is refused. The SDK's retries repeat it if the clock has been corrected.
    if (isClockSkewError(error) && Math.abs(serverTime - Date.now() - this.clockSkew) >= LARGEST_SKEW) {
      this.clockSkew = serverTime - Date.now();
      error.$metadata.clockSkewCorrected = true;
    }
    throw error;
  }
}

/** AWS refuses a signature that is more than five minutes old; the SDK corrects the clock from four on. */
const LARGEST_SKEW = 240_000;

/** @param body a stream of Node.js */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableAnswerError("it is not JSON");
  }
}

function errorBodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A proxy or load balancer may answer in the service's place. The status says enough.
  }
}
