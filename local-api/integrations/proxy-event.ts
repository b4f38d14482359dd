import {
  type ApiRequest,
  type EndpointPassed,
  grouped,
  isBinary,
  newRequestIds,
  type RequestIds,
} from "../request/messages.js";
import type { Route } from "../request/routing.js";

interface Target {
  readonly apiId: string;
  readonly stageName: string;
  /** Path of the resource: `/messages/{id}`. */
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly region: string;
  readonly resourceId?: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly binaryMediaTypes?: readonly string[];
  readonly endpoint?: EndpointPassed;
  readonly ids?: RequestIds;
  /** What the method's authorizer says of the caller. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
  /** API key of the request. */
  readonly apiKey?: { readonly id: string; readonly value: string };
}

/** A request that is admitted and has a route. */
export interface RoutedRequest {
  readonly request: ApiRequest;
  readonly route: Route;
  readonly target: Target;
  /** In milliseconds. */
  readonly timeout: number;
}

/**
 * The event that API Gateway sends to a function. Path and path parameters stay URL-encoded; the query is decoded.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function proxyEvent(request: ApiRequest, target: Target) {
  const { apiId, region, stageName, resource, endpoint, apiKey, ids = newRequestIds() } = target;
  const query = [...new URLSearchParams(request.query ?? "")];
  const sourceIp = request.sourceIp ?? "127.0.0.1";
  const host = `${apiId}.execute-api.${region}.amazonaws.com`;
  const headers = headersOf(request, { host, sourceIp, endpoint, traceId: ids.traceId });
  const now = new Date();
  return {
    resource,
    path: `${request.basePath ?? ""}${request.path}`,
    httpMethod: request.method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1) ?? ""])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(Object.fromEntries(query)),
    multiValueQueryStringParameters: orNull(grouped(query)),
    pathParameters: orNull(target.pathParameters),
    stageVariables: orNull(target.stageVariables ?? {}),
    requestContext: {
      accountId: target.accountId,
      apiId,
      ...(target.authorizer !== undefined && { authorizer: target.authorizer }),
      domainName: headerIn(headers, "host") ?? host,
      domainPrefix: request.by === "domain" ? (headerIn(headers, "host")?.split(".")[0] ?? apiId) : apiId,
      extendedRequestId: ids.extendedRequestId,
      httpMethod: request.method,
      identity: {
        ...NOBODY,
        sourceIp,
        userAgent: headerIn(headers, "user-agent") ?? null,
        ...endpoint,
        ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
      },
      path: `${request.basePath ?? `/${stageName}`}${request.path}`,
      protocol: "HTTP/1.1",
      requestId: ids.requestId,
      requestTime: requestTime(now),
      requestTimeEpoch: now.getTime(),
      resourceId: target.resourceId ?? "",
      resourcePath: resource,
      stage: stageName,
    },
    ...bodyOf(request.body, headerIn(headers, "content-type"), target.binaryMediaTypes ?? []),
  };
}

/** An unsigned caller without an API key. */
const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
} as const;

type Headers = readonly (readonly [name: string, values: readonly string[]])[];

interface Added {
  readonly host: string;
  readonly sourceIp: string;
  readonly endpoint: EndpointPassed | undefined;
  readonly traceId: string;
}

/** The caller's headers as sent, with the headers that API Gateway adds or sets. */
function headersOf({ headers = {}, multiValueHeaders = {} }: ApiRequest, added: Added): Headers {
  const { host, sourceIp, endpoint, traceId } = added;
  const sent: Headers = [
    ...Object.entries(headers).map(([name, value]) => [name, [value]] as const),
    ...Object.entries(multiValueHeaders),
  ];
  const forwardedFor = [...(sent.find(([name]) => is(name, "x-forwarded-for"))?.[1] ?? []), sourceIp].join(
    ", ",
  );
  const way: Headers =
    endpoint === undefined
      ? [
          ["X-Amzn-Trace-Id", [traceId]],
          ["X-Forwarded-Port", ["443"]],
          ["X-Forwarded-Proto", ["https"]],
        ]
      : [
          ["x-amzn-cipher-suite", ["ECDHE-RSA-AES128-GCM-SHA256"]],
          ["x-amzn-tls-version", ["TLSv1.2"]],
          ["x-amzn-vpc-id", [endpoint.vpcId]],
          ["x-amzn-vpce-config", ["1"]],
          ["x-amzn-vpce-id", [endpoint.vpceId]],
        ];
  const own: Headers = [...way, ["X-Forwarded-For", [forwardedFor]]];
  const kept = sent.filter(([name]) => !own.some(([other]) => is(name, other.toLowerCase())));
  const named = kept.some(([name]) => is(name, "host"));
  return [...(named ? [] : [["Host", [host]] as const]), ...kept, ...own];
}

function headerIn(headers: Headers, name: string): string | undefined {
  return headers.find(([other]) => is(other, name))?.[1].at(-1);
}

function is(name: string, lowerCase: string): boolean {
  return name.toLowerCase() === lowerCase;
}

function bodyOf(
  body: string | Uint8Array | undefined,
  contentType: string | undefined,
  types: readonly string[],
) {
  if (body === undefined || body.length === 0) return { body: null, isBase64Encoded: false };
  const isBase64Encoded = isBinary(contentType, types);
  if (typeof body === "string" && !isBase64Encoded) return { body, isBase64Encoded };
  return { body: Buffer.from(body).toString(isBase64Encoded ? "base64" : "utf8"), isBase64Encoded };
}

/** `20/Feb/2018:22:48:57 +0000` */
function requestTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

function orNull<T extends object>(map: T): T | null {
  return Object.keys(map).length === 0 ? null : map;
}
