import { randomUUID } from "node:crypto";

/**
 * Where a caller is: on the internet; in a private subnet of the stack's VPC, by the API's usual name; or there as
 * well, by the execute-api endpoint's own name with the API named in a header (Host or x-apigw-api-id).
 */
export const POSITIONS = ["internet", "vpc", "endpoint"] as const;
export type Position = (typeof POSITIONS)[number];

export function isPosition(text: unknown): text is Position {
  return POSITIONS.some((position) => position === text);
}

/** By which name an API was called: its execute-api name, a custom domain name, or this machine's, which serves it. */
export type CalledBy = "execute-api" | "domain" | "localhost";

/** A request as it reaches an API. */
export interface ApiRequest {
  readonly method: string;
  /** Below the stage, as it was sent: `/messages`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that were sent more than once. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly sourceIp?: string;
  /** Where the caller is; the network between is judged first. Undefined: inside API Gateway already. */
  readonly from?: Position;
  /** By which name the caller found the API; its execute-api name, unless it says. */
  readonly by?: CalledBy;
  /** Of a custom domain name, which the path follows: `/orders`. Empty at its root. */
  readonly basePath?: string;
  /** Whether the body is larger than API Gateway takes; then `body` is left out. */
  readonly isTooLarge?: boolean;
}

/** An API's answer. */
export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers with more than one value; none of them is in `headers`. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** Whether the body's bytes are what `body` is the base64 of. */
  readonly isBase64Encoded?: boolean;
  /** Why API Gateway answered by itself: for the terminal, never for the client. */
  readonly reason?: string;
  /** What API Gateway answered by itself, for templates to put in other words. */
  readonly gateway?: GatewayAnswer;
  /** What became of the request on its way, for the terminal. */
  readonly notes?: readonly string[];
}

/** The execute-api endpoint that a request came through. */
export interface EndpointPassed {
  readonly vpcId: string;
  readonly vpceId: string;
}

/**
 * The kinds of answer that an API may have in words of its own.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export type ResponseType =
  | "ACCESS_DENIED"
  | "API_CONFIGURATION_ERROR"
  | "BAD_REQUEST_BODY"
  | "BAD_REQUEST_PARAMETERS"
  | "INTEGRATION_FAILURE"
  | "INTEGRATION_TIMEOUT"
  | "INVALID_API_KEY"
  | "MISSING_AUTHENTICATION_TOKEN"
  | "QUOTA_EXCEEDED"
  | "REQUEST_TOO_LARGE"
  | "THROTTLED"
  | "UNAUTHORIZED"
  | "UNSUPPORTED_MEDIA_TYPE";

/** What kind of answer it is, and what it says; a template may put that in other words. */
export interface GatewayAnswer {
  readonly type: ResponseType;
  readonly message: string;
  /** What a request's body has that its model does not allow, or lacks. */
  readonly validationErrors?: string;
}

/** The names that API Gateway gives a request. */
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
 * Whether content of a type is binary for an API: it lists the type, or every type.
 * @param mediaType a Content-Type, or one entry of an Accept header
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  const [type = ""] = (mediaType ?? "").split(";");
  return binaryMediaTypes.some((binary) => binary.toLowerCase() === type.trim().toLowerCase());
}
