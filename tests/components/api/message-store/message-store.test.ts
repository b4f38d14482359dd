import { expect } from "chai";
import { isRecord } from "../../../../preflight/resources/read.js";
import { build, pick, propertyOf, type Resources, type Settings, textOf } from "../../../support/stacks.js";

const TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/lambda-networking-dev-messages";
const METHOD = "apigateway/method:Method";
const INTEGRATION = "apigateway/integration:Integration";
const INTEGRATION_RESPONSE = "apigateway/integrationResponse:IntegrationResponse";
const METHOD_RESPONSE = "apigateway/methodResponse:MethodResponse";
const POST = "api-post-messages";
const GET = "api-get-messages-id";

const store = (settings: Settings = {}, more: Settings = {}) =>
  build("dev", { messageStore: settings, ...more });
const policyOf = (resources: Resources, name: string): unknown =>
  JSON.parse(textOf(resources.one("iam/rolePolicy:RolePolicy", name), "policy"));
const triggerOf = (resources: Resources) =>
  textOf(resources.one("apigateway/deployment:Deployment"), "triggers.redeployment");

describe("MessageStore", () => {
  let resources: Resources;
  before(async () => {
    resources = await store();
  });

  it("creates no table unless it is configured", async () => {
    for (const stack of ["dev", "prod"]) {
      expect((await build(stack)).ofType("dynamodb/table:Table")).to.deep.equal([]);
    }
    expect((await build("dev", { messageStore: false })).ofType("dynamodb/table:Table")).to.deep.equal([]);
  });

  it("creates an on-demand table that is named by its stack and has point-in-time recovery", () => {
    const table = resources.one("dynamodb/table:Table");
    const names = ["name", "billingMode", "hashKey", "attributes", "pointInTimeRecovery.enabled"];
    expect(pick(table, ...names, "deletionProtectionEnabled")).to.deep.equal({
      name: "lambda-networking-dev-messages",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      "pointInTimeRecovery.enabled": true,
      deletionProtectionEnabled: false,
    });
    expect(propertyOf(table, "tags.component")).to.equal("api");
  });

  it("protects the table, and omits recovery, if configured", async () => {
    const other = await store({ deletionProtection: true, pointInTimeRecovery: false });
    const table = other.one("dynamodb/table:Table");
    expect(pick(table, "pointInTimeRecovery.enabled", "deletionProtectionEnabled")).to.deep.equal({
      "pointInTimeRecovery.enabled": false,
      deletionProtectionEnabled: true,
    });
  });

  it("gives each method a role with one action on one table", () => {
    for (const [verb, method, action] of [
      ["put", POST, "dynamodb:PutItem"],
      ["get", GET, "dynamodb:GetItem"],
    ] as const) {
      expect(policyOf(resources, `messages-${verb}-permissions`)).to.deep.equal({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: action, Resource: TABLE_ARN }],
      });
      const role = resources.one("iam/role:Role", `messages-${verb}-role`);
      // API Gateway could not assume the role if its trust policy had a condition on the account.
      expect(JSON.parse(textOf(role, "assumeRolePolicy")).Statement).to.deep.equal([
        {
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]);
      const integration = resources.one(INTEGRATION, method);
      expect(propertyOf(integration, "credentials")).to.equal(propertyOf(role, "arn"));
      expect(pick(integration, "type", "uri", "integrationHttpMethod", "passthroughBehavior")).to.deep.equal({
        type: "AWS",
        uri: `arn:aws:apigateway:eu-west-1:dynamodb:action/${action.split(":")[1]}`,
        integrationHttpMethod: "POST",
        passthroughBehavior: "NEVER",
      });
      expect(Object.keys(Object(propertyOf(integration, "requestTemplates")))).to.deep.equal([
        "application/json",
      ]);
    }
  });

  it("declares every status that a template can set, and every header", () => {
    for (const [name, answered, all] of [
      [POST, [201, 400, 502], [201, 400, 409, 429, 500, 502]],
      [GET, [200, 404, 502], [200, 404, 429, 500, 502]],
    ] as const) {
      const of = (type: string) => resources.ofType(type).filter((one) => one.name.startsWith(`${name}-`));
      const codes = (type: string) => of(type).map((one) => Number(textOf(one, "statusCode")));
      const mine = (type: string) => codes(type).sort((a, b) => a - b);
      expect(mine(INTEGRATION_RESPONSE)).to.deep.equal(answered);
      expect(mine(METHOD_RESPONSE)).to.deep.equal(all);
      for (const response of of(INTEGRATION_RESPONSE)) {
        expect(propertyOf(response, "responseParameters")).to.deep.equal({
          "method.response.header.Cache-Control": "'no-store'",
        });
        const template = textOf(response, "responseTemplates.application/json");
        for (const [, status] of template.matchAll(/responseOverride\.status = (\d+)/g)) {
          expect(all.map(String)).to.include(status);
        }
      }
      for (const response of of(METHOD_RESPONSE)) {
        expect(propertyOf(response, "responseParameters")).to.deep.equal({
          "method.response.header.Cache-Control": true,
        });
      }
    }
  });

  it("always validates bodies, and validates parameters with the API's validator if the API is hardened", async () => {
    const hardened = await store({}, { api: { hardening: true } });
    for (const one of [resources, hardened]) {
      const validator = one.one("apigateway/requestValidator:RequestValidator", "api-body-and-parameters");
      const post = one.one(METHOD, POST);
      expect(propertyOf(post, "requestValidatorId")).to.equal(validator.id);
      expect(propertyOf(post, "requestModels")).to.deep.equal({ "application/json": "Message" });
      expect(pick(validator, "validateRequestBody", "validateRequestParameters")).to.deep.equal({
        validateRequestBody: true,
        validateRequestParameters: true,
      });
    }
    expect(propertyOf(resources.one(METHOD, GET), "requestValidatorId")).to.equal(undefined);
    expect(propertyOf(hardened.one(METHOD, GET), "requestValidatorId")).to.be.a("string");
  });

  it("applies the API's settings to its methods", async () => {
    const signed = { authorization: "AWS_IAM" };
    const api = {
      methods: { "POST /messages": { apiKeyRequired: true }, "GET /messages/{id}": signed },
      usagePlans: { partners: { keys: ["alice"], throttling: { rateLimit: 1, burstLimit: 1 } } },
      caching: {},
    };
    const set = await store({}, { api });
    expect(propertyOf(set.one(METHOD, POST), "apiKeyRequired")).to.equal(true);
    expect(propertyOf(set.one(METHOD, GET), "authorization")).to.equal("AWS_IAM");
    // Without the id in the cache key, every message would have the first one's text.
    expect(propertyOf(set.one(INTEGRATION, GET), "cacheKeyParameters")).to.deep.equal([
      "method.request.path.id",
    ]);
    expect(propertyOf(set.one(METHOD, GET), "requestParameters")).to.deep.equal({
      "method.request.path.id": true,
    });
  });

  it("redeploys the API after a change of a template, a model or CORS, and after all of its resources", async () => {
    const others = [
      await store({ maximumTextLength: 10 }),
      await store({}, { api: { cors: { allowOrigin: "https://app.example.com" } } }),
      await build("dev"),
    ];
    const triggers = [resources, ...others].map(triggerOf);
    expect(new Set(triggers).size).to.equal(triggers.length);
    const { dependencies } = resources.one("apigateway/deployment:Deployment");
    const needed = [METHOD, INTEGRATION, INTEGRATION_RESPONSE, METHOD_RESPONSE, "apigateway/model:Model"]
      .flatMap((type) => resources.ofType(type))
      .concat(resources.ofType("apigateway/requestValidator:RequestValidator"))
      .concat(resources.one("iam/rolePolicy:RolePolicy", "messages-put-permissions"));
    expect(dependencies).to.include.members(needed.map(({ urn }) => urn));
  });

  it("creates a model with the configured maximum length", async () => {
    const { properties } = (await store({ maximumTextLength: 10 })).one("apigateway/model:Model");
    expect(JSON.parse(String(properties.schema)).properties.text).to.deep.equal({
      type: "string",
      minLength: 1,
      maxLength: 10,
    });
  });

  it("declares the actions that its methods reach at DynamoDB, and actions that they do not", () => {
    const declared = resources.components
      .flatMap(({ properties }) => (Array.isArray(properties.intents) ? properties.intents : []))
      .filter(({ to }) => isRecord(to) && to.service === "dynamodb")
      .map(({ from, to, must }) => [from.method, from.path, must, to.action, to.resource]);
    expect(declared).to.have.deep.members([
      ["POST", "/messages", "reach", "dynamodb:PutItem", TABLE_ARN],
      ["POST", "/messages", "not-reach", "dynamodb:DeleteItem", TABLE_ARN],
      ["GET", "/messages/{id}", "reach", "dynamodb:GetItem", TABLE_ARN],
      ["GET", "/messages/{id}", "not-reach", "dynamodb:Scan", TABLE_ARN],
    ]);
  });
});
