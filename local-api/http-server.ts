import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { foreignHost, isLoopback } from "./hosts.js";
import { close, listen } from "./listen.js";
import { forbidden, internalServerError, MOST_REQUEST_BYTES } from "./request/gateway-responses.js";
import {
  type ApiRequest,
  type ApiResponse,
  belowStage,
  type Header,
  headerMaps,
  isPosition,
  type LoadBalancerResponse,
  POSITIONS,
  type Position,
  splitTarget,
} from "./request/messages.js";
import { headerOf } from "./request/parameters.js";
import type { RunningApi } from "./running-api.js";

/** Request header that sets the caller's position. It is removed before the API sees the request. */
export const POSITION_HEADER = "x-from";

/** A request with its answer, for the terminal. */
export interface Served {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly from: Position;
  readonly statusCode: number;
  readonly milliseconds: number;
  readonly reason?: string;
  /** Notes of the pipeline: `cache hit, 12 s old`. */
  readonly notes?: readonly string[];
}

interface HttpServerArgs {
  /** 0: any free port. */
  readonly port: number;
  readonly from: Position;
  readonly onServed: (served: Served) => void;
}

/** Maximum bytes of a request's first line and headers together. */
const MOST_HEADER_BYTES = 10_240;

/**
 * Serves an API on this machine. The path begins with the stage, as on AWS: `http://localhost:3000/v1/messages`. A
 * Host header with the API's own name or a custom domain name calls the API by that name.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
 * @throws Error with the system's code if the port is not available
 */
export async function serveOverHttp(
  api: RunningApi,
  args: HttpServerArgs,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (incoming, outgoing) => {
    void serve(api, incoming, outgoing, args);
  });
  const port = await listen(server, args.port);
  return { url: `http://localhost:${port}/${api.stageName}`, close: () => close(server) };
}

async function serve(
  api: RunningApi,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { from: usual, onServed }: HttpServerArgs,
): Promise<void> {
  const begin = performance.now();
  const { method = "GET", url = "/", headers } = incoming;
  const [path = "/", query = ""] = splitTarget(url);
  const asked = headers[POSITION_HEADER];
  const from = isPosition(asked) ? asked : usual;
  const body = await bodyOf(incoming);
  if (body === "gone") return;
  const { statusCode, reason, notes } = await respond(
    outgoing,
    async () => {
      const request = { method, path, query, from, ...headersOf(incoming) };
      return notForHost(api, incoming) ?? (await answer(api, request, body, asked));
    },
    (why) => internalServerError(500, why),
  );
  const milliseconds = Math.round(performance.now() - begin);
  onServed({ method, path, from, statusCode, milliseconds, reason, notes });
}

/** The refusal of a request by a name that is neither this machine's nor the stack's; see `foreignHost`. */
function notForHost(api: RunningApi, { rawHeaders }: IncomingMessage): ApiResponse | undefined {
  const host = foreignHost(rawHeaders, (each) => isLoopback(each) || api.isOwnName(each));
  if (host === undefined) return undefined;
  return forbidden(
    `Host: ${host} is no name of this stack. It answers for localhost, its API's own name, its custom domain names and its endpoints' names.`,
  );
}

async function answer(
  api: RunningApi,
  request: ApiRequest,
  body: Buffer | "too large",
  asked: string | readonly string[] | undefined,
): Promise<ApiResponse> {
  if (asked !== undefined && !isPosition(asked)) return notAPosition();
  const way = wayTo(api, request);
  if (typeof way === "string") return forbidden(way);
  const sent = body === "too large" ? { isTooLarge: true } : { body };
  return await api.call({ ...request, ...way, ...sent });
}

/** Name by which the request calls the API, and the path below the stage; or the reason why there is none. */
function wayTo(api: RunningApi, request: ApiRequest): Pick<ApiRequest, "path" | "by" | "basePath"> | string {
  const host = headerOf(request, "host");
  if (api.domains.has(host)) {
    const mapped = api.domains.resolve(host, request.path);
    if (mapped === undefined) return `no base path of ${host} is ${request.path}.`;
    return { path: mapped.path, basePath: mapped.basePath, by: "domain" };
  }
  const otherApi = otherApiOf(request, api);
  if (otherApi !== undefined) return otherApi;
  const path = belowStage(request.path, api.stageName);
  if (path === undefined) return `there is no such stage. The path begins with /${api.stageName}.`;
  const isNamed = host !== undefined || headerOf(request, "x-apigw-api-id") !== undefined;
  return { path, by: isNamed ? "execute-api" : "localhost" };
}

function notAPosition(): ApiResponse {
  const message = `${POSITION_HEADER}: write ${POSITIONS.join(", ")}`;
  return {
    statusCode: 400,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ message }),
  };
}

/** Reason why the headers name another API than this one; undefined if they name this API or none. */
function otherApiOf(request: ApiRequest, { apiId }: RunningApi): string | undefined {
  const id = headerOf(request, "x-apigw-api-id");
  if (id !== undefined) return id === apiId ? undefined : `x-apigw-api-id: ${id} is not this API, ${apiId}.`;
  const host = headerOf(request, "host");
  // The first label of an execute-api name is API or API-VPCE.
  const [, named] = /^([a-z0-9]+)(?:-vpce-[0-9a-f]+)?\.execute-api\./.exec(host ?? "") ?? [];
  return named === undefined || named === apiId ? undefined : `Host: ${host} is not this API, ${apiId}.`;
}

/** Reads a body to its end, up to a limit, so that a caller that sends too much still receives the answer. */
export function bodyOf(incoming: IncomingMessage): Promise<Buffer | "too large" | "gone"> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_REQUEST_BYTES) chunks.push(chunk);
      else if (size > MOST_REQUEST_BYTES * 10) incoming.destroy();
    });
    incoming.on("end", () => resolve(size > MOST_REQUEST_BYTES ? "too large" : Buffer.concat(chunks)));
    incoming.on("close", () => resolve("gone"));
  });
}

/** Headers between this server and its caller; API Gateway would not receive them. */
const OWN_HEADERS = new Set([POSITION_HEADER, "connection", "keep-alive", "transfer-encoding", "expect"]);

/** The headers as they are spelled in the request, without the headers of localhost. */
function headersOf({ rawHeaders }: IncomingMessage): ReturnType<typeof headerMaps> {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    const key = name.toLowerCase();
    const isLocalHost = key === "host" && isLoopback(value);
    if (!OWN_HEADERS.has(key) && !isLocalHost) headers.push([name, value]);
  }
  return headerMaps(headers);
}

/**
 * Answers one request, whatever happens: a caller never waits for a server that has failed.
 * @param answer may throw, or have a header that HTTP does not take
 * @param ownError the answer for a bug of the local server. Its reason is for the terminal, not for the client
 * @returns what was sent
 */
export async function respond(
  outgoing: ServerResponse,
  answer: () => Promise<LoadBalancerResponse>,
  ownError: (reason: string) => LoadBalancerResponse,
): Promise<LoadBalancerResponse> {
  try {
    const response = await answer();
    send(response, outgoing);
    return response;
  } catch (error) {
    const response = ownError(`an error of the local server itself: ${String(error)}`);
    for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
    send(response, outgoing);
    return response;
  }
}

/** Sends an answer in one piece. */
function send(response: LoadBalancerResponse, outgoing: ServerResponse): void {
  const { statusCode, statusMessage = "", headers, multiValueHeaders = {}, body } = response;
  const { isBase64Encoded = false } = response;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  for (const [name, values] of Object.entries(multiValueHeaders)) outgoing.setHeader(name, values);
  outgoing.statusCode = statusCode;
  outgoing.statusMessage = statusMessage; // Node.js sends the status's own for an empty one
  outgoing.end(bytes); // in one piece, so that Node.js sends the Content-Length
}
