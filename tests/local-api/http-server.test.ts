import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { expect } from "chai";
import { type Served, serveOverHttp } from "../../local-api/http-server.js";
import { type RunningApi, startApi } from "../../local-api/running-api.js";
import { apiOf } from "./support.js";

const ECHO = "return { statusCode: 200, body: JSON.stringify(event) }";
const IMAGE = `return {
  statusCode: 200,
  headers: { "Content-Type": "image/png" },
  multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
  body: "AP/+",
  isBase64Encoded: true,
}`;

const stack = apiOf(
  [
    { method: "ANY", path: "/echo/{proxy+}", code: ECHO },
    { method: "GET", path: "/image", code: IMAGE },
    { method: "GET", path: "/throws", code: "throw new Error('s3cret')" },
    { method: "GET", path: "/malformed", code: "return { hello: 'there' }" },
    { method: "GET", path: "/late", code: "await new Promise(() => {})", timeout: 1 },
    {
      method: "GET",
      path: "/slow",
      code: "await new Promise((resolve) => setTimeout(resolve, 500)); return { statusCode: 200 }",
      integration: { timeoutMilliseconds: 100 },
    },
    { method: "GET", path: "/huge", code: "return { statusCode: 200, body: 'x'.repeat(6.1 * 1024 * 1024) }" },
    { method: "GET", path: "/mock", integration: { type: "MOCK", uri: undefined } },
    { method: "GET", path: "/http", integration: { type: "HTTP", uri: "http://backend.example.com" } },
  ],
  { binaryMediaTypes: ["*/*"] },
);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe("serveOverHttp", () => {
  let api: RunningApi;
  let server: { url: string; close(): Promise<void> };
  let served: Served[] = [];

  before(async () => {
    api = await startApi(stack);
    server = await serveOverHttp(api, { port: 0, from: "internet", onServed: (one) => served.push(one) });
  });
  beforeEach(() => {
    served = [];
  });
  after(async () => {
    await server.close();
    await api.stop();
  });

  /** Sends any header, which fetch does not allow. */
  function send(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(new URL(server.url).origin + path, { method, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          });
        });
      });
      outgoing.on("error", reject).end(body);
    });
  }
  const json = ({ body }: Answer) => JSON.parse(body.toString());

  it("serves the API under its stage on localhost", () => {
    expect(server.url).to.match(/^http:\/\/localhost:\d+\/v1$/);
  });

  it("passes the request to the function as sent", async () => {
    const answer = await send("POST", "/v1/echo/a%20b/c?x=1&x=2&y=%26", {
      headers: { "X-Custom": "one", "Content-Type": "text/plain", "X-Many": ["a", "b"] },
      body: "hello",
    });
    const event = json(answer);
    expect(event).to.deep.include({
      httpMethod: "POST",
      path: "/echo/a%20b/c",
      resource: "/echo/{proxy+}",
      pathParameters: { proxy: "a%20b/c" },
      queryStringParameters: { x: "2", y: "&" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["&"] },
      stageVariables: { colour: "blue" },
      body: Buffer.from("hello").toString("base64"),
      isBase64Encoded: true,
    });
    expect(event.headers).to.include({
      "X-Custom": "one",
      Host: "api-id.execute-api.eu-west-1.amazonaws.com",
    });
    expect(event.multiValueHeaders["X-Many"]).to.deep.equal(["a", "b"]);
    expect(event.requestContext).to.include({
      path: "/v1/echo/a%20b/c",
      accountId: "111122223333",
      stage: "v1",
    });
  });

  it("removes headers that are only for the server", async () => {
    const event = json(
      await send("GET", "/v1/echo/1", { headers: { "x-from": "internet", Connection: "close" } }),
    );
    expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.to.include.members(["x-from"]);
    expect(event.headers).not.to.have.property("Connection");
  });

  it("sends the request ids in the response headers and in the event", async () => {
    const answer = await send("GET", "/v1/echo/1");
    const { requestContext, headers } = json(answer);
    expect(answer.headers["x-amzn-requestid"]).to.equal(requestContext.requestId);
    expect(answer.headers["x-amz-apigw-id"])
      .to.equal(requestContext.extendedRequestId)
      .and.match(/^.{15}=$/);
    expect(answer.headers["x-amzn-trace-id"]).to.equal(headers["X-Amzn-Trace-Id"]);
    expect(answer.headers["x-amzn-trace-id"]).to.match(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it("sends binary bodies, and headers with several values", async () => {
    const { headers, body } = await send("GET", "/v1/image");
    expect([...body]).to.deep.equal([0, 255, 254]);
    expect(headers["content-type"]).to.equal("image/png");
    expect(headers["set-cookie"]).to.deep.equal(["a=1", "b=2"]);
    expect(headers["content-length"]).to.equal("3");
  });

  it("answers HEAD without a body, and OPTIONS, if the function does", async () => {
    expect(await send("HEAD", "/v1/echo/1")).to.deep.include({ status: 200, body: Buffer.alloc(0) });
    expect(json(await send("OPTIONS", "/v1/echo/1")).httpMethod).to.equal("OPTIONS");
  });

  const failures: [path: string, status: number, body: string, reason: RegExp][] = [
    ["/v1/throws", 502, '{"message": "Internal server error"}', /^the function threw Error$/],
    ["/v1/malformed", 502, '{"message": "Internal server error"}', /^malformed .* hello$/],
    ["/v1/late", 502, '{"message": "Internal server error"}', /Task timed out after 1.00 seconds/],
    ["/v1/slow", 504, '{"message": "Endpoint request timed out"}', /^no answer after 0.1 s$/],
    ["/v1/huge", 502, '{"message": "Internal server error"}', /6 MB/],
    ["/v1/mock", 500, '{"message": "Internal server error"}', /the mock gives no statusCode/],
    ["/v1/http", 500, '{"message": "Internal server error"}', /type HTTP are not served here/],
    [
      "/v1/nothing",
      403,
      '{"message":"Missing Authentication Token"}',
      /^there is no GET \/nothing\. Served: /,
    ],
    ["/v1", 403, '{"message":"Missing Authentication Token"}', /^there is no GET \//],
    ["/image", 403, '{"message":"Forbidden"}', /^there is no such stage\. The path begins with \/v1\.$/],
    ["/v12/image", 403, '{"message":"Forbidden"}', /no such stage/],
  ];
  for (const [path, status, body, reason] of failures) {
    it(`answers ${path} with ${status} ${body}, and gives the reason only to the terminal`, async () => {
      const answer = await send("GET", path);
      expect([answer.status, answer.body.toString()]).to.deep.equal([status, body]);
      expect(answer.headers["x-amzn-errortype"]).to.match(/Exception$/);
      expect(served).to.have.length(1);
      expect(served[0]?.reason).to.match(reason);
      expect(served[0]?.reason).not.to.include("s3cret");
    });
  }

  it("refuses a body over 10 MB with text, and a body too large for Lambda with JSON", async () => {
    const tooLarge = await send("POST", "/v1/echo/1", { body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(tooLarge.status).to.equal(413);
    expect(tooLarge.body.toString()).to.equal("HTTP content length exceeded 10485760 bytes.");
    const tooLong = await send("POST", "/v1/echo/1", { body: Buffer.alloc(5 * 1024 * 1024) }); // 6.7 MB as base64
    expect([tooLong.status, tooLong.body.toString()]).to.deep.equal([413, '{"message": "Request Too Long"}']);
  });

  it("refuses more than 10 KB of headers", async () => {
    expect((await send("GET", "/v1/echo/1", { headers: { "x-long": "x".repeat(11_000) } })).status).to.equal(
      431,
    );
  });

  it("takes the position of the caller from the x-from header", async () => {
    const answer = await send("GET", "/v1/echo/1", { headers: { "x-from": "vpc" } });
    expect([answer.status, answer.body.toString()]).to.deep.equal([403, '{"message":"Forbidden"}']);
    expect(served[0]).to.deep.include({ from: "vpc", statusCode: 403, path: "/v1/echo/1" });
    expect((await send("GET", "/v1/echo/1", { headers: { "x-from": "moon" } })).status).to.equal(400);
  });

  it("answers for its own id and host name, not for those of another API", async () => {
    const host = "execute-api.eu-west-1.amazonaws.com";
    const cases: [headers: Record<string, string>, status: number][] = [
      [{ "x-apigw-api-id": api.apiId }, 200],
      [{ "x-apigw-api-id": "other" }, 403],
      [{ Host: `apiid.${host}` }, 403],
      [{ Host: "localhost" }, 200],
    ];
    for (const [headers, status] of cases) {
      expect((await send("GET", "/v1/echo/1", { headers })).status, JSON.stringify(headers)).to.equal(status);
    }
  });

  it("gives the terminal the path without the query", async () => {
    await send("GET", "/v1/echo/1?token=s3cret");
    expect(served[0]).to.deep.include({
      method: "GET",
      path: "/v1/echo/1",
      from: "internet",
      statusCode: 200,
    });
  });

  it("answers 30 requests at once, each with its own answer", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => send("GET", `/v1/echo/${i}`)));
    expect(answers.map((answer) => json(answer).pathParameters.proxy)).to.deep.equal(
      answers.map((_, i) => String(i)),
    );
  });

  it("throws EADDRINUSE if the port is in use", async () => {
    const port = Number(new URL(server.url).port);
    let code: unknown;
    try {
      await serveOverHttp(api, { port, from: "internet", onServed: () => {} });
    } catch (error) {
      code = Object(error).code;
    }
    expect(code).to.equal("EADDRINUSE");
  });
});
