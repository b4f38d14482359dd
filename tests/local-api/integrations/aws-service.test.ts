import { expect } from "chai";
import { RequestValidation } from "../../../local-api/access/validation.js";
import { ItemStore, tablesOf } from "../../../local-api/aws-services/dynamodb.js";
import { awsIntegration, type Services } from "../../../local-api/integrations/aws-service.js";
import type { ApiRequest } from "../../../local-api/request/messages.js";
import { matchRoute, routesOf } from "../../../local-api/request/routing.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import type { SourceResource } from "../../../preflight/resources/resource.js";
import { build, type Settings } from "../../support/stacks.js";

type Change = (resource: SourceResource) => Readonly<Record<string, unknown>> | undefined;

/** The methods of a stack whose integration is not a function. */
class Served {
  readonly store: ItemStore;
  private readonly graph;
  private readonly routes;
  private readonly validation;

  private constructor(
    readonly resources: readonly SourceResource[],
    private readonly services: Services | undefined,
  ) {
    this.graph = graphFromResources(resources);
    this.routes = routesOf([...this.graph.apis.values()][0] ?? expect.fail("no API"));
    this.validation = new RequestValidation(this.graph);
    this.store = new ItemStore(tablesOf(resources));
  }

  /** @param change properties that replace those of a resource */
  static async of(
    settings: Settings,
    change: Change = () => undefined,
    services?: Services,
  ): Promise<Served> {
    const { all } = await build("dev", { messageStore: { maximumTextLength: 5 }, ...settings });
    const resources = all.map((one) => ({ ...one, properties: { ...one.properties, ...change(one) } }));
    return new Served(resources, services);
  }

  call(method: string, path: string, request: Partial<ApiRequest> = {}) {
    const match = matchRoute(this.routes, method, path) ?? expect.fail(`no route for ${method} ${path}`);
    const { route, pathParameters } = match;
    const full: ApiRequest = { method, path, ...request };
    const denial = this.validation.denial(route, { request: full, pathParameters });
    if (denial !== undefined) return { ...denial, json: JSON.parse(denial.body) };
    const target = {
      apiId: "api",
      stageName: "v1",
      accountId: "111122223333",
      region: "eu-west-1",
      resource: route.resource,
      pathParameters,
      ids: { requestId: "request-1", extendedRequestId: "x", traceId: "y" },
    };
    const routed = { request: full, route, target, timeout: 29_000 };
    const services = this.services ?? { dynamodb: this.store };
    const response = awsIntegration(routed, { resources: this.graph.resources, services });
    return { ...response, json: response.body === "" ? undefined : JSON.parse(response.body) };
  }

  post(text: unknown, headers: Record<string, string> = {}) {
    return this.call("POST", "/messages", {
      body: JSON.stringify({ text }),
      headers: { "content-type": "application/json", ...headers },
    });
  }
}

describe("awsIntegration, for the message store", () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.of({});
  });

  it("stores a message and returns it", () => {
    const before = Date.now();
    const posted = served.post('"é\\');
    expect(posted).to.deep.include({ statusCode: 201, json: { id: "request-1" } });
    const { statusCode, json, headers } = served.call("GET", "/messages/request-1");
    expect({ statusCode, id: json.id, text: json.text }).to.deep.equal({
      statusCode: 200,
      id: "request-1",
      text: '"é\\',
    });
    expect(json.createdAt).to.be.within(before, Date.now());
    expect(headers).to.deep.equal({ "Content-Type": "application/json", "Cache-Control": "no-store" });
  });

  it("stores one message for each Idempotency-Key, whatever the case of the header", () => {
    expect(served.post("one", { "Idempotency-Key": "key-1" })).to.deep.include({
      statusCode: 201,
      json: { id: "key-1" },
    });
    const again = served.post("two", { "IDEMPOTENCY-key": "key-1" });
    expect(again).to.deep.include({
      statusCode: 409,
      json: { message: "There is a message with this Idempotency-Key" },
    });
    expect(again.headers).to.include({ "Cache-Control": "no-store" });
    expect(served.call("GET", "/messages/key-1").json).to.include({ text: "one" });
  });

  it("refuses an invalid Idempotency-Key and stores nothing", () => {
    for (const key of ['a"b', "a b", "x".repeat(65), "$context.requestId"]) {
      expect(served.post("one", { "Idempotency-Key": key }).statusCode, key).to.equal(400);
    }
    expect(served.call("GET", "/messages/request-1").statusCode).to.equal(404);
  });

  it("answers 404 for another id, and decodes a URL-encoded id", () => {
    served.post("one", { "Idempotency-Key": "key-1" });
    for (const id of ["key-2", "key-1%22", "%22", "%20", "%", "x".repeat(3000), "$id", "__proto__"]) {
      expect(served.call("GET", `/messages/${id}`), id).to.deep.include({
        statusCode: 404,
        json: { message: "There is no message with this id" },
      });
    }
    expect(served.call("GET", "/messages/key%2D1").statusCode).to.equal(200);
  });

  it("accepts only a body with one text of valid length", () => {
    for (const [i, text] of ["a", "abcde", "😀😀😀😀😀", '"\\\n'].entries()) {
      expect(served.post(text, { "Idempotency-Key": `fine-${i}` }).statusCode, text).to.equal(201);
    }
    for (const text of ["", "abcdef", 5, null, true, ["a"], { a: "b" }]) {
      expect(served.post(text).statusCode, JSON.stringify(text)).to.equal(400);
    }
    const bodies = [
      "",
      "{}",
      "[]",
      "null",
      '"a"',
      "a",
      '{"text":"a","id":"b"}',
      '{"text":"a","__proto__":1}',
    ];
    for (const body of bodies) {
      expect(served.call("POST", "/messages", { body }).statusCode, body).to.equal(400);
    }
    expect(served.call("GET", "/messages/request-1").statusCode).to.equal(404);
  });

  it("accepts only JSON, with any case and character set", () => {
    const post = (type: string) => served.post("a", { "content-type": type }).statusCode;
    for (const type of ["text/plain", "application/xml", "application/json-patch+json", ""]) {
      expect(post(type), type).to.equal(415);
    }
    expect(post("Application/JSON; charset=utf-8")).to.equal(201);
    expect(served.call("POST", "/messages", { body: '{"text":"a"}' }).statusCode).to.equal(409);
  });

  it("validates bodies with and without api.hardening", async () => {
    const hardened = await Served.of({ api: { hardening: true } });
    for (const one of [served, hardened]) expect(one.post(5).statusCode).to.equal(400);
  });

  it("sends CORS headers, also with errors", async () => {
    const open = await Served.of({ api: { cors: { allowOrigin: "https://app.example.com" } } });
    const origin = { "Access-Control-Allow-Origin": "https://app.example.com" };
    expect(open.post("a").headers).to.include(origin);
    expect(open.post("a")).to.deep.include({ statusCode: 409 });
    expect(open.post("a").headers).to.include(origin);
    expect(open.call("GET", "/messages/none").headers).to.include(origin);
  });

  it("answers 500 if the table is missing, 429 if DynamoDB throttles, 502 if DynamoDB fails", async () => {
    const answers: readonly (readonly [expected: number, statusCode: number, body: string])[] = [
      [
        500,
        400,
        '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"secret"}',
      ],
      [429, 400, '{"__type":"com.amazon.coral.availability#ThrottlingException","message":"secret"}'],
      [502, 500, '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"secret"}'],
      [502, 503, "<html>secret</html>"],
    ];
    for (const [expected, statusCode, body] of answers) {
      const failing = await Served.of({}, undefined, { dynamodb: { call: () => ({ statusCode, body }) } });
      for (const answer of [failing.post("a"), failing.call("GET", "/messages/a")]) {
        expect(answer.statusCode).to.equal(expected);
        expect(answer.body).not.to.contain("secret");
      }
    }
  });
});

describe("awsIntegration", () => {
  const integration = "aws:apigateway/integration:Integration";
  const isPost = ({ type, name }: SourceResource) => type === integration && name === "api-post-messages";
  const ofPost = (properties: Readonly<Record<string, unknown>>) =>
    Served.of({}, (one) => (isPost(one) ? properties : undefined));

  it("passes a body through if passthroughBehavior allows it", async () => {
    const seen: string[] = [];
    const dynamodb = {
      call: (action: string, body: string) => {
        seen.push(`${action} ${body}`);
        return { statusCode: 200, body: "{}" };
      },
    };
    for (const [passthroughBehavior, requestTemplates, type] of [
      ["WHEN_NO_MATCH", { "application/json": "x" }, "text/plain"],
      ["WHEN_NO_TEMPLATES", {}, "text/plain"],
      ["WHEN_NO_TEMPLATES", { "application/json": "x" }, "text/plain"],
      ["NEVER", {}, "text/plain"],
    ] as const) {
      const change: Change = (one) => (isPost(one) ? { passthroughBehavior, requestTemplates } : undefined);
      const served = await Served.of({}, change, { dynamodb });
      seen.push(String(served.post("a", { "content-type": type }).statusCode));
    }
    expect(seen).to.deep.equal(['PutItem {"text":"a"}', "201", 'PutItem {"text":"a"}', "201", "415", "415"]);
  });

  it("answers OPTIONS from a mock with CORS headers", async () => {
    const served = await Served.of({ api: { cors: { allowOrigin: "*", maxAgeInSeconds: 60 } } });
    const { statusCode, headers, body } = served.call("OPTIONS", "/messages/{id}".replace("{id}", "a"));
    expect({ statusCode, body }).to.deep.equal({ statusCode: 204, body: "" });
    expect(headers).to.include({
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": "GET,OPTIONS",
      "Access-Control-Max-Age": "60",
    });
  });

  it("answers 500 if a template is broken, or a service or response is missing", async () => {
    for (const broken of [
      { requestTemplates: { "application/json": "#if($x" } },
      { uri: "arn:aws:apigateway:eu-west-1:sqs:action/SendMessage" },
      { uri: "arn:aws:apigateway:eu-west-1:constructor:action/SendMessage" },
      { type: "MOCK", requestTemplates: { "application/json": "{}" } },
    ]) {
      const served = await ofPost(broken);
      const { statusCode, reason } = served.post("a");
      expect(statusCode, JSON.stringify(broken)).to.equal(500);
      expect(reason).to.be.a("string").with.length.above(10);
    }
    const unanswered = await Served.of({}, ({ type, name }) =>
      type.endsWith(":IntegrationResponse") && name.startsWith("api-post-messages")
        ? { selectionPattern: "999" }
        : undefined,
    );
    expect(unanswered.post("a")).to.include({ statusCode: 500 });
  });
});
