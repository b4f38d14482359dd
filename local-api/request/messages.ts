import { randomUUID } from "node:crypto";

/**
 * Position of a caller. `internet`: on the internet. `vpc`: in a private subnet of the stack's VPC, with the API's
 * usual name. `endpoint`: in the same subnet, with the execute-api endpoint's own name; a header (Host or
 * x-apigw-api-id) names the API.
 */
export const POSITIONS = ["internet", "vpc", "endpoint"] as const;
export type Position = (typeof POSITIONS)[number];

export function isPosition(text: unknown): text is Position {
  return POSITIONS.some((position) => position === text);
}

/** Name that a call uses: the execute-api name, a custom domain name, or localhost. */
export type CalledBy = "execute-api" | "domain" | "localhost";

/** A header's name and one of its values. */
export type Header = readonly [name: string, value: string];

/** The values of each name, in their order. */
export function grouped(
  pairs: readonly (readonly [name: string, value: string])[],
): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

/** The headers as a request to an API has them: those that came once, and those that came more often. */
export function headerMaps(
  headers: readonly Header[],
): Required<Pick<ApiRequest, "headers" | "multiValueHeaders">> {
  const found = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headers) {
    const same = found.get(name.toLowerCase()) ?? { name, values: [] };
    same.values.push(value);
    found.set(name.toLowerCase(), same);
  }
  const entries = [...found.values()];
  return {
    headers: Object.fromEntries(
      entries.flatMap(({ name, values }) => (values.length === 1 ? [[name, values.join()]] : [])),
    ),
    multiValueHeaders: Object.fromEntries(
      entries.filter(({ values }) => values.length > 1).map(({ name, values }) => [name, values]),
    ),
  };
}

/** Divides a request's target at its first question mark. */
export function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf("?");
  return at < 0 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

/** `/messages` for `/v1/messages`; undefined if the path does not begin with the stage. */
export function belowStage(path: string, stageName: string): string | undefined {
  const prefix = `/${stageName}`;
  if (path === prefix) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

/** A request as it reaches an API. */
export interface ApiRequest {
  readonly method: string;
  /** Path below the stage, as sent: `/messages`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that the request has more than once. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly sourceIp?: string;
  /** Position of the caller, from which the network is checked first. Undefined: inside API Gateway. */
  readonly from?: Position;
  /**
   * What API Gateway sees of a caller that the network has let through already: the front door.
   * @default as `from` says
   */
  readonly seen?: { readonly sourceIp: string; readonly endpoint?: EndpointPassed };
  /**
   * Name that the call uses.
   * @default execute-api
   */
  readonly by?: CalledBy;
  /** Base path of the custom domain name, before the path: `/orders`. Empty for the root. */
  readonly basePath?: string;
  /** Whether the body is larger than API Gateway accepts; then `body` is absent. */
  readonly isTooLarge?: boolean;
}

/** An API's answer. */
export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers with more than one value, which are not in `headers`. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** Whether `body` is base64. */
  readonly isBase64Encoded?: boolean;
  /** Reason for an error of API Gateway; for the terminal, never for the client. */
  readonly reason?: string;
  /** The error of API Gateway, for the templates of gateway responses. */
  readonly gateway?: GatewayAnswer;
  /** Notes of the pipeline for the terminal. */
  readonly notes?: readonly string[];
}

/** An answer with the text beside its status: `200 OK`. */
export interface LoadBalancerResponse extends ApiResponse {
  /** @default the status's own */
  readonly statusMessage?: string;
}

/** The execute-api endpoint that a request passes. */
export interface EndpointPassed {
  readonly vpcId: string;
  readonly vpceId: string;
}

/**
 * Types of error that an API can have a gateway response for.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export type ResponseType =
  | "ACCESS_DENIED"
  | "API_CONFIGURATION_ERROR"
  | "AUTHORIZER_CONFIGURATION_ERROR"
  | "BAD_REQUEST_BODY"
  | "BAD_REQUEST_PARAMETERS"
  | "EXPIRED_TOKEN"
  | "INTEGRATION_FAILURE"
  | "INTEGRATION_TIMEOUT"
  | "INVALID_API_KEY"
  | "MISSING_AUTHENTICATION_TOKEN"
  | "QUOTA_EXCEEDED"
  | "REQUEST_TOO_LARGE"
  | "THROTTLED"
  | "UNAUTHORIZED"
  | "UNSUPPORTED_MEDIA_TYPE";

/** An error of API Gateway: its type and message. */
export interface GatewayAnswer {
  readonly type: ResponseType;
  readonly message: string;
  /** Errors of the body against its model. */
  readonly validationErrors?: string;
}

/** Ids that API Gateway gives a request. */
export interface RequestIds {
  readonly requestId: string;
  /** Also `x-amz-apigw-id`. */
  readonly extendedRequestId: string;
  /** `Root=1-…` */
  readonly traceId: string;
}

export function newRequestIds(): RequestIds {
  const hex = randomUUID().replaceAll("-", "");
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return {
    requestId: randomUUID(),
    extendedRequestId: Buffer.from(hex, "hex").subarray(0, 11).toString("base64"),
    traceId: `Root=1-${seconds}-${hex.slice(8)}`,
  };
}

/**
 * Whether a content type is binary for an API, because the API lists the type or every type.
 * @param mediaType a Content-Type, or one entry of an Accept header
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  const [type = ""] = (mediaType ?? "").split(";");
  return binaryMediaTypes.some((binary) => binary.toLowerCase() === type.trim().toLowerCase());
}
