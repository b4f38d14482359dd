import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { type Served, serveOverHttp } from "../../local-api/http-server.js";
import { type RunningApi, startApi } from "../../local-api/running-api.js";
import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having } from "./support.js";

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Sends a request over a socket, with any header, and waits at most two seconds for its answer. */
export function send(
  origin: string,
  path: string,
  { method = "GET", headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const plain = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
    );
    const outgoing = httpRequest(origin + path, { method, headers: plain, timeout: 2000 }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 0, type: incoming.headers["content-type"], body: text }),
      );
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in two seconds")));
    outgoing.on("error", reject).end(body);
  });
}

/** Sends bytes as they are, and returns everything that comes back. */
export function sendRaw(origin: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(origin).port), "127.0.0.1", () => socket.write(text));
    socket.setTimeout(2000, () => socket.destroy());
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

/** A served API, with what it told the terminal. */
export class Serving {
  readonly served: Served[] = [];
  private constructor(
    readonly api: RunningApi,
    private readonly server: { readonly url: string; close(): Promise<void> },
    served: Served[],
  ) {
    this.served = served;
  }

  static async start(synthesis: Synthesis, from: "internet" | "vpc" = "internet"): Promise<Serving> {
    const served: Served[] = [];
    const api = await startApi(synthesis, { onLog: () => {} });
    return new Serving(
      api,
      await serveOverHttp(api, { port: 0, from, onServed: (one) => served.push(one) }),
      served,
    );
  }

  get origin(): string {
    return new URL(this.server.url).origin.replace("localhost", "127.0.0.1");
  }

  async stop(): Promise<void> {
    await this.server.close();
    await this.api.stop();
  }
}

const ECHO = "return { statusCode: 200, body: JSON.stringify(event) }";
const TEMPLATE = [
  '{"statusCode": 200}',
  "#set($context.responseOverride.header.one = $input.params('constructor'))",
  "#set($context.responseOverride.header.two = $input.params().querystring.get('__proto__'))",
  "#set($context.responseOverride.header.three = \"[$!input.params('toString')]\")",
  '#set($context.responseOverride.header.four = "[$context.constructor$stageVariables.toString]")',
].join("\n");

const MOCK = { restApi: "api-id", resourceId: "root.mock-id", httpMethod: "GET" };

/** An API whose methods echo, with a mapping template, a model and a gateway response. */
export const stack = having(
  changed(
    apiOf([
      { method: "ANY", path: "/echo/{constructor}/{__proto__}", code: ECHO },
      { method: "GET", path: "/plain", code: ECHO },
      {
        method: "GET",
        path: "/mock",
        integration: {
          type: "MOCK",
          uri: undefined,
          requestTemplates: { "application/json": '{"statusCode": 200}' },
        },
      },
      { method: "POST", path: "/valid", code: ECHO },
    ]),
    "m3",
    { requestValidatorId: "validator-id", requestModels: { "application/json": "Thing" } },
  ),
  [
    "apigateway/requestValidator:RequestValidator",
    "validator",
    { restApi: "api-id", validateRequestBody: true },
  ],
  ["apigateway/model:Model", "thing", { restApi: "api-id", name: "Thing", schema: '{"type":"object"}' }],
  [
    "apigateway/integrationResponse:IntegrationResponse",
    "ok",
    { ...MOCK, statusCode: "200", responseTemplates: { "application/json": TEMPLATE } },
  ],
  [
    "apigateway/response:Response",
    "not-found",
    {
      restApiId: "api-id",
      responseType: "MISSING_AUTHENTICATION_TOKEN",
      responseTemplates: {
        "application/json": '{"a":"$method.request.querystring.constructor$context.toString"}',
      },
    },
  ],
);

/** Names that every JavaScript object has. */
export const NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];
