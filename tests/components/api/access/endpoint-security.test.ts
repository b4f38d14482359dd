import { expect } from "chai";
import { build, pick, propertyOf, type Resources, textOf } from "../../../support/stacks.js";

const RESPONSE = "apigateway/response:Response";
const CORS = { allowOrigin: "https://app.example.com" };
const DOMAINS = {
  "api.example.com": { certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd" },
};

/** Body of API Gateway's answer, with its variables replaced. */
function answer(resources: Resources, type: string): unknown {
  const found = resources.ofType(RESPONSE).find(({ inputs }) => inputs.responseType === type);
  const templates = Object(found?.inputs.responseTemplates);
  return JSON.parse(
    String(templates["application/json"])
      .replace("$context.error.messageString", '"its own words"')
      .replace("$context.requestId", "abc-123"),
  );
}

const headersOf = (resources: Resources, type: string): Record<string, string> =>
  Object(
    resources.ofType(RESPONSE).find(({ inputs }) => inputs.responseType === type)?.inputs.responseParameters,
  );

describe("RestApi with hardening", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("prod");
  });

  it("hardens the API of the shipped prod, and not of dev", async () => {
    const dev = await build("dev");
    expect(resources.ofType(RESPONSE)).not.to.deep.equal([]);
    for (const type of [RESPONSE, "apigateway/requestValidator:RequestValidator"]) {
      expect(dev.ofType(type)).to.deep.equal([]);
    }
    expect(dev.one("apigateway/restApi:RestApi").inputs).not.to.have.any.keys(
      "securityPolicy",
      "endpointAccessMode",
    );
  });

  it("validates the parameters of every request, and bodies only if the method has a model", () => {
    const validator = resources.one("apigateway/requestValidator:RequestValidator");
    expect(pick(validator, "validateRequestParameters", "validateRequestBody")).to.deep.equal({
      validateRequestParameters: true,
      validateRequestBody: false,
    });
    for (const method of resources.ofType("apigateway/method:Method")) {
      expect(propertyOf(method, "requestValidatorId"), method.urn).to.equal(validator.id);
    }
  });

  it("answers every error in the shape of the function's errors, with the request's id", () => {
    const types = resources.ofType(RESPONSE).map(({ inputs }) => String(inputs.responseType));
    expect(types).to.include.members(["DEFAULT_4XX", "DEFAULT_5XX"]);
    for (const type of types) {
      const body = answer(resources, type);
      expect(body, type).to.have.all.keys("message", "requestId");
      expect(body, type).to.include({ requestId: "abc-123" });
      expect(Object(body).message, type).to.be.a("string").that.is.not.empty;
    }
    expect(answer(resources, "DEFAULT_5XX")).to.include({ message: "its own words" });
  });

  it("keeps the status code of each error type", () => {
    const statusOf = Object.fromEntries(
      resources.ofType(RESPONSE).map(({ inputs }) => [inputs.responseType, inputs.statusCode]),
    );
    expect(statusOf).to.deep.equal({
      DEFAULT_4XX: undefined,
      DEFAULT_5XX: undefined,
      ACCESS_DENIED: "403",
      INVALID_API_KEY: "403",
      MISSING_AUTHENTICATION_TOKEN: "403",
      BAD_REQUEST_BODY: "400",
      THROTTLED: "429",
      QUOTA_EXCEEDED: "429",
    });
  });

  it("sends Retry-After if the delay is known, and no-store with every error", () => {
    expect(headersOf(resources, "THROTTLED")).to.deep.equal({
      "gatewayresponse.header.Cache-Control": "'no-store'",
      "gatewayresponse.header.Retry-After": "'1'",
    });
    expect(headersOf(resources, "QUOTA_EXCEEDED")).not.to.have.property("gatewayresponse.header.Retry-After");
  });

  it("repeats neither the API's ARN nor the request in an error", () => {
    const templates = JSON.stringify(
      resources.ofType(RESPONSE).map(({ inputs }) => inputs.responseTemplates),
    );
    expect(templates).not.to.match(/validationErrorString|arn:|\$context\.identity|\$input/);
    expect(answer(resources, "ACCESS_DENIED")).to.include({ message: "Access denied" });
  });

  it("requires TLS 1.2 with forward secrecy or newer, and accepts every name that the API has in a VPC", () => {
    expect(
      pick(resources.one("apigateway/restApi:RestApi"), "securityPolicy", "endpointAccessMode"),
    ).to.deep.equal({
      securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      endpointAccessMode: "BASIC",
    });
  });

  it("uses CloudFront's security policy if the API is EDGE", async () => {
    const edge = await build("dev", { api: { hardening: true, endpointType: "EDGE" } });
    expect(textOf(edge.one("apigateway/restApi:RestApi"), "securityPolicy")).to.match(/_EDGE$/);
  });

  it("disables the default endpoint if there are custom domain names", async () => {
    const disabled = async (api: object) => {
      const { inputs } = (await build("dev", { api })).one("apigateway/restApi:RestApi");
      return inputs.disableExecuteApiEndpoint;
    };
    expect(await disabled({ hardening: true, domains: DOMAINS })).to.equal(true);
    expect(await disabled({ hardening: true })).to.equal(undefined);
    expect(await disabled({ domains: DOMAINS })).to.equal(undefined);
  });
});

describe("RestApi with CORS", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", {
      api: {
        cors: CORS,
        methods: { "GET /messages": { authorization: "AWS_IAM", apiKeyRequired: true } },
        usagePlans: { gold: { keys: ["alice"] } },
      },
    });
  });
  const options = (type: string) => resources.one(type, "api-options-messages");

  it("answers OPTIONS by itself, without a key and without a signature", () => {
    expect(options("apigateway/method:Method").inputs).to.include({
      httpMethod: "OPTIONS",
      authorization: "NONE",
    });
    expect(options("apigateway/method:Method").inputs).not.to.have.any.keys(
      "apiKeyRequired",
      "requestValidatorId",
    );
    const integration = options("apigateway/integration:Integration");
    expect(pick(integration, "type", "requestTemplates")).to.deep.equal({
      type: "MOCK",
      requestTemplates: { "application/json": '{"statusCode":204}' },
    });
  });

  it("names the origin, the methods and the headers of the path", () => {
    const values = {
      "method.response.header.Access-Control-Allow-Origin": "'https://app.example.com'",
      "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
      "method.response.header.Access-Control-Allow-Headers":
        "'Authorization,Content-Type,Idempotency-Key,X-Amz-Date,X-Amz-Security-Token,X-Api-Key'",
      "method.response.header.Access-Control-Max-Age": "'600'",
    };
    const response = options("apigateway/integrationResponse:IntegrationResponse");
    expect(pick(response, "statusCode", "responseParameters")).to.deep.equal({
      statusCode: "204",
      responseParameters: values,
    });
    const declared = options("apigateway/methodResponse:MethodResponse");
    expect(propertyOf(declared, "responseParameters")).to.deep.equal(
      Object.fromEntries(Object.keys(values).map((name) => [name, true])),
    );
    const { urn } = options("apigateway/integration:Integration");
    expect(response.dependencies, "AWS refuses it before its integration").to.include(urn);
  });

  it("adds the header to API Gateway's own errors, so that a page can read why it was refused", () => {
    expect(resources.ofType(RESPONSE).map(({ inputs }) => inputs.responseType)).to.deep.equal([
      "DEFAULT_4XX",
      "DEFAULT_5XX",
    ]);
    expect(answer(resources, "DEFAULT_4XX")).to.deep.equal({ message: "its own words" });
    expect(headersOf(resources, "DEFAULT_4XX")).to.deep.equal({
      "gatewayresponse.header.Access-Control-Allow-Origin": "'https://app.example.com'",
    });
  });

  it("adds the header to every hardened error", async () => {
    const both = await build("dev", { api: { cors: CORS, hardening: true } });
    for (const { inputs } of both.ofType(RESPONSE)) {
      expect(headersOf(both, String(inputs.responseType))).to.include({
        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://app.example.com'",
      });
    }
  });

  it("passes the origin to the function because API Gateway adds no header to the function's answers", async () => {
    const lambda = (from: Resources) => from.one("lambda/function:Function");
    expect(propertyOf(lambda(resources), "environment.variables.ALLOW_ORIGIN")).to.equal(CORS.allowOrigin);
    expect(propertyOf(lambda(await build("dev")), "environment.variables.ALLOW_ORIGIN")).to.equal(undefined);
  });

  it("creates no OPTIONS method unless CORS is configured", async () => {
    const methods = (await build("dev")).ofType("apigateway/method:Method");
    expect(methods.map(({ inputs }) => inputs.httpMethod)).to.deep.equal(["GET"]);
  });
});
