import { randomUUID } from "node:crypto";

/** A request as it reaches an API. */
export interface ApiRequest {
  readonly method: string;
  /** Below the stage: `/messages`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sourceIp?: string;
}

/** An API's answer. */
export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Target {
  readonly apiId: string;
  readonly stageName: string;
  /** The resource that matched: `/messages/{id}`. */
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly region: string;
}

/**
 * The event that API Gateway hands a function.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(request: ApiRequest, target: Target) {
  const query = [...new URLSearchParams(request.query ?? "")];
  const headers = { Host: `${target.apiId}.execute-api.${target.region}.amazonaws.com`, ...request.headers };
  const now = new Date();
  return {
    resource: target.resource,
    path: request.path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: orNull(Object.fromEntries(query)),
    multiValueQueryStringParameters: orNull(grouped(query)),
    pathParameters: orNull(target.pathParameters),
    stageVariables: null,
    requestContext: {
      accountId: target.accountId,
      apiId: target.apiId,
      domainName: headers.Host,
      httpMethod: request.method,
      identity: {
        sourceIp: request.sourceIp ?? "127.0.0.1",
        userAgent: request.headers?.["user-agent"] ?? null,
      },
      path: `/${target.stageName}${request.path}`,
      protocol: "HTTP/1.1",
      requestId: randomUUID(),
      requestTime: now.toUTCString(),
      requestTimeEpoch: now.getTime(),
      resourcePath: target.resource,
      stage: target.stageName,
    },
    body: request.body ?? null,
    isBase64Encoded: false,
  };
}

function orNull<T extends object>(map: T): T | null {
  return Object.keys(map).length === 0 ? null : map;
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value];
  return groups;
}
