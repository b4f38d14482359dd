import { expect } from "chai";
import type { ApiRequest } from "../../../local-api/request/messages.js";
import { startApi } from "../../../local-api/running-api.js";
import { apiOf, changed, having, using } from "../support.js";

const MESSAGE = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["text"],
  additionalProperties: false,
  properties: {
    text: { type: "string", minLength: 1 },
    // In draft 4 exclusiveMinimum is a boolean.
    priority: { type: "integer", minimum: 0, exclusiveMinimum: true },
    author: { $ref: "https://apigateway.amazonaws.com/restapis/api-id/models/Author" },
  },
};
const AUTHOR = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string", format: "odd" } },
};

const routes = apiOf([
  { method: "POST", path: "/messages/{id}" },
  { method: "GET", path: "/messages" },
]);

function validated(rules: Readonly<Record<string, unknown>>, method: Readonly<Record<string, unknown>>) {
  return having(
    changed(routes, "m0", { requestValidatorId: "rules-id", ...method }),
    ["apigateway/requestValidator:RequestValidator", "rules", { restApi: "api-id", ...rules }],
    [
      "apigateway/model:Model",
      "message",
      { restApi: "api-id", name: "Message", schema: JSON.stringify(MESSAGE) },
    ],
    [
      "apigateway/model:Model",
      "author",
      { restApi: "api-id", name: "Author", schema: JSON.stringify(AUTHOR) },
    ],
  );
}

const body = validated({ validateRequestBody: true }, { requestModels: { "application/json": "Message" } });
const post = (more: Partial<ApiRequest>): ApiRequest => ({ method: "POST", path: "/messages/1", ...more });

describe("RequestValidation", () => {
  const bodies: [body: string, isFine: boolean][] = [
    ['{"text": "hello"}', true],
    ['{"text": "hello", "priority": 1, "author": {"name": "me"}}', true],
    ['{"text": "hello", "priority": 0}', false],
    ['{"text": ""}', false],
    ['{"text": "hello", "other": 1}', false],
    ['{"text": "hello", "author": {}}', false],
    ["[]", false],
    ["{not json", false],
    ["", false],
    ["null", false],
  ];
  for (const [sent, isFine] of bodies) {
    it(`${isFine ? "accepts" : "refuses"} ${sent ? `the body ${sent}` : "an empty body"}`, async () => {
      await using(body, async (api) => {
        const response = await api.call(post({ body: sent }));
        expect(response.statusCode).to.equal(isFine ? 200 : 400);
        if (isFine) return;
        expect(response.body).to.equal('{"message": "Invalid request body"}');
        expect(response.headers["x-amzn-ErrorType"]).to.equal("BadRequestException");
      });
    });
  }

  it("gives the terminal the errors of a body without its values", async () => {
    await using(body, async (api) => {
      const { reason } = await api.call(post({ body: '{"text": 5, "s3cret": true}' }));
      expect(reason).to.equal(
        "the body does not fit its model: [must NOT have additional properties, /text must be string]",
      );
    });
  });

  it("checks only bodies of the model's content type, unless the model is $default", async () => {
    const headers = { "Content-Type": "text/plain" };
    await using(body, async (api) => {
      expect((await api.call(post({ headers, body: "{}" }))).statusCode).to.equal(200);
      const json = { "content-type": "Application/JSON; charset=utf-8" };
      expect((await api.call(post({ headers: json, body: "{}" }))).statusCode).to.equal(400);
    });
    const all = validated({ validateRequestBody: true }, { requestModels: { $default: "Message" } });
    await using(all, async (api) =>
      expect((await api.call(post({ headers, body: "{}" }))).statusCode).to.equal(400),
    );
  });

  const parameters = {
    "method.request.querystring.lang": true,
    "method.request.header.X-Tenant": true,
    "method.request.path.id": true,
    "method.request.querystring.page": false,
  };
  const sent: [request: Partial<ApiRequest>, missing: string | undefined][] = [
    [{ query: "lang=de", headers: { "x-tenant": "a" } }, undefined],
    [{ query: "lang=&page=", headers: { "x-tenant": "a" } }, "lang"],
    [{ query: "Lang=de" }, "X-Tenant, lang"],
    [{ query: "lang=de", multiValueHeaders: { "X-Tenant": ["a", "b"] } }, undefined],
  ];
  for (const [request, missing] of sent) {
    it(`${missing === undefined ? "finds nothing" : `finds ${missing}`} missing in ${JSON.stringify(request)}`, async () => {
      const rules = validated({ validateRequestParameters: true }, { requestParameters: parameters });
      await using(rules, async (api) => {
        const response = await api.call(post(request));
        expect([response.statusCode, response.body]).to.deep.equal(
          missing === undefined
            ? [200, ""]
            : [400, `{"message": "Missing required request parameters: [${missing}]"}`],
        );
      });
    });
  }

  it("checks only what the validator enables, and only the method that has it", async () => {
    const neither = validated({}, { requestParameters: parameters, requestModels: { $default: "Message" } });
    await using(neither, async (api) => {
      expect((await api.call(post({ body: "[]" }))).statusCode).to.equal(200);
    });
    await using(body, async (api) => {
      expect((await api.call({ method: "GET", path: "/messages", body: "[]" })).statusCode).to.equal(200);
    });
  });

  it("accepts any body for the default model Empty", async () => {
    const empty = validated(
      { validateRequestBody: true },
      { requestModels: { "application/json": "Empty" } },
    );
    await using(empty, async (api) =>
      expect((await api.call(post({ body: "[1]" }))).statusCode).to.equal(200),
    );
  });

  it("throws at the start if a model is not a JSON schema", async () => {
    const broken = having(routes, [
      "apigateway/model:Model",
      "m",
      { restApi: "api-id", name: "M", schema: "{" },
    ]);
    const error = await startApi(broken).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.equal("Error: the model m is not a JSON schema");
  });
});
