import { expect } from "chai";
import { MOST_REQUEST_BYTES } from "../../local-api/request/gateway-responses.js";
import { apiOf, changed, having, using } from "./support.js";

const routes = apiOf([
  { method: "GET", path: "/messages" },
  { method: "GET", path: "/throws", code: "throw new Error('s3cret')" },
  { method: "GET", path: "/error", code: "return { statusCode: 500, body: 'mine' }" },
]);
const response = (responseType: string, properties: Readonly<Record<string, unknown>>) =>
  [
    "apigateway/response:Response",
    responseType,
    { restApiId: "api-id", responseType, ...properties },
  ] as const;
const json = (template: string) => ({ responseTemplates: { "application/json": template } });
const ELSEWHERE = { method: "GET", path: "/elsewhere" };

describe("CustomResponses", () => {
  it("replaces body and status of an error, and adds headers", async () => {
    const custom = having(
      routes,
      response("MISSING_AUTHENTICATION_TOKEN", {
        statusCode: "404",
        responseTemplates: {
          "application/json":
            '{"message":$context.error.messageString,"type":"$context.error.responseType","at":"$context.path",' +
            '"stage":"$context.stage","id":"$context.requestId","is":"$stageVariables.colour$context.nothing."}',
        },
        responseParameters: {
          "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
          "gatewayresponse.header.x-asked": "method.request.querystring.q",
          "gatewayresponse.header.x-ip": "context.identity.sourceIp",
          "gatewayresponse.header.x-none": "method.request.header.none",
        },
      }),
    );
    await using(custom, async (api) => {
      const { statusCode, headers, body } = await api.call({
        ...ELSEWHERE,
        query: "q=1",
        sourceIp: "192.0.2.1",
      });
      expect(statusCode).to.equal(404);
      expect(JSON.parse(body)).to.deep.equal({
        message: "Missing Authentication Token",
        type: "MISSING_AUTHENTICATION_TOKEN",
        at: "/v1/elsewhere",
        stage: "v1",
        id: headers["x-amzn-RequestId"],
        is: "blue.",
      });
      expect(headers).to.deep.include({
        "Access-Control-Allow-Origin": "*",
        "x-asked": "1",
        "x-ip": "192.0.2.1",
        "Content-Type": "application/json",
        "x-amzn-ErrorType": "MissingAuthenticationTokenException",
      });
      expect(headers).not.to.have.property("x-none");
    });
  });

  it("uses DEFAULT_4XX and DEFAULT_5XX for types without a response", async () => {
    const custom = having(
      routes,
      response("DEFAULT_4XX", json("four: $context.error.message")),
      response("DEFAULT_5XX", { ...json("five: $context.error.message"), statusCode: "599" }),
    );
    await using(custom, async (api) => {
      const client = await api.call(ELSEWHERE);
      expect([client.statusCode, client.body]).to.deep.equal([403, "four: Missing Authentication Token"]);
      const server = await api.call({ method: "GET", path: "/throws" });
      expect([server.statusCode, server.body]).to.deep.equal([599, "five: Internal server error"]);
    });
  });

  it("does not change answers of a function, errors included", async () => {
    await using(having(routes, response("DEFAULT_5XX", json("five"))), async (api) => {
      const { statusCode, body } = await api.call({ method: "GET", path: "/error" });
      expect([statusCode, body]).to.deep.equal([500, "mine"]);
    });
  });

  it("chooses the accepted content type, or else JSON", async () => {
    const custom = response("DEFAULT_4XX", {
      responseTemplates: { "text/html": "<p>no</p>", "application/json": "{}" },
    });
    await using(having(routes, custom), async (api) => {
      const asked = async (Accept?: string) => {
        const { headers, body } = await api.call({ ...ELSEWHERE, ...(Accept && { headers: { Accept } }) });
        return [headers["Content-Type"], body];
      };
      expect(await asked("text/html;q=0.9, */*")).to.deep.equal(["text/html", "<p>no</p>"]);
      expect(await asked("image/png")).to.deep.equal(["application/json", "{}"]);
      expect(await asked()).to.deep.equal(["application/json", "{}"]);
    });
  });

  it("adds headers to API Gateway's body if the response has no template", async () => {
    const custom = response("DEFAULT_4XX", {
      responseParameters: {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://app.example.com'",
      },
    });
    await using(having(routes, custom), async (api) => {
      const { body, headers } = await api.call(ELSEWHERE);
      expect(body).to.equal('{"message":"Missing Authentication Token"}');
      expect(headers["Access-Control-Allow-Origin"]).to.equal("https://app.example.com");
    });
  });

  it("does not change the answer to a caller that the network blocks", async () => {
    const custom = having(
      changed(routes, "api", { disableExecuteApiEndpoint: true }),
      response("DEFAULT_4XX", json("four")),
    );
    await using(custom, async (api) => {
      const { body } = await api.call({ method: "GET", path: "/messages", from: "internet" });
      expect(body).to.equal('{"message":"Forbidden"}');
    });
  });

  it("replaces the errors of an invalid body and of a body that is too large", async () => {
    const custom = having(
      changed(routes, "m0", { requestValidatorId: "v-id", requestModels: { "application/json": "M" } }),
      ["apigateway/requestValidator:RequestValidator", "v", { validateRequestBody: true }],
      ["apigateway/model:Model", "m", { restApi: "api-id", name: "M", schema: '{"required": ["text"]}' }],
      response("BAD_REQUEST_BODY", json("$context.error.validationErrorString")),
      response("REQUEST_TOO_LARGE", json(`more than ${MOST_REQUEST_BYTES}`)),
    );
    await using(custom, async (api) => {
      const GET = { method: "GET", path: "/messages" };
      expect((await api.call({ ...GET, body: "{}" })).body).to.equal("[must have required property 'text']");
      const { statusCode, body } = await api.call({ ...GET, isTooLarge: true });
      expect([statusCode, body]).to.deep.equal([413, `more than ${MOST_REQUEST_BYTES}`]);
    });
  });
});
