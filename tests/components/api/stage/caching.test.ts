import { expect } from "chai";
import { cacheKeys } from "../../../../components/api/stage/caching.js";
import { statementsOf } from "../../../support/policies.js";
import { build, pick, propertyOf, type Resources, textOf } from "../../../support/stacks.js";

const DEPLOYER = "arn:aws:iam::111122223333:role/deployer";
const SETTINGS = "apigateway/methodSettings:MethodSettings";
const INVALIDATION = {
  caching: { invalidators: [DEPLOYER] },
  methods: { "GET /messages": { authorization: "AWS_IAM" } },
};

const cacheOf = (resources: Resources, name = "api-methods") => {
  const {
    throttlingRateLimit,
    throttlingBurstLimit,
    metricsEnabled,
    loggingLevel,
    dataTraceEnabled,
    ...cache
  } = Object(propertyOf(resources.one(SETTINGS, name), "settings"));
  expect([
    throttlingRateLimit,
    throttlingBurstLimit,
    metricsEnabled,
    loggingLevel,
    dataTraceEnabled,
  ]).not.to.include(undefined);
  return cache;
};

describe("cacheSettings", () => {
  it("creates no cache unless it is configured", async () => {
    const resources = await build("dev");
    expect(resources.one("apigateway/stage:Stage").inputs).not.to.have.any.keys(
      "cacheClusterEnabled",
      "cacheClusterSize",
    );
    expect(cacheOf(resources)).to.deep.equal({});
    expect(resources.one("apigateway/integration:Integration").inputs).not.to.have.property(
      "cacheKeyParameters",
    );
  });

  it("sets the configured size, and encrypts answers unless it is switched off", async () => {
    const resources = await build("dev", { api: { caching: { size: 6.1 } } });
    expect(
      pick(resources.one("apigateway/stage:Stage"), "cacheClusterEnabled", "cacheClusterSize"),
    ).to.deep.equal({
      cacheClusterEnabled: true,
      cacheClusterSize: "6.1",
    });
    expect(cacheOf(resources)).to.deep.equal({
      cachingEnabled: true,
      cacheTtlInSeconds: 300,
      cacheDataEncrypted: true,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
    });
    const plain = await build("dev", { api: { caching: { encrypted: false, ttlInSeconds: 9 } } });
    expect(cacheOf(plain)).to.include({ cacheDataEncrypted: false, cacheTtlInSeconds: 9 });
  });

  it("uses a method's own TTL", async () => {
    const methods = { "GET /messages": { caching: { ttlInSeconds: 5 } } };
    const resources = await build("dev", { api: { caching: {}, methods } });
    expect(cacheOf(resources, "api-get-messages")).to.deep.equal({
      ...cacheOf(resources),
      cacheTtlInSeconds: 5,
    });
  });

  it("turns the cache of a method off if configured", async () => {
    const methods = { "GET /messages": { caching: false } };
    const resources = await build("dev", { api: { caching: {}, methods } });
    expect(cacheOf(resources, "api-get-messages")).to.include({ cachingEnabled: false });
    expect(cacheOf(resources)).to.include({ cachingEnabled: true });
  });

  it("uses the configured keys as optional parameters of the method", async () => {
    const methods = { "GET /messages": { caching: { keys: ["querystring.lang", "header.X-Tenant"] } } };
    const resources = await build("dev", { api: { caching: {}, methods } });
    const parameters = ["method.request.querystring.lang", "method.request.header.X-Tenant"];
    const integration = resources.one("apigateway/integration:Integration");
    expect(pick(integration, "cacheKeyParameters", "cacheNamespace")).to.deep.equal({
      cacheKeyParameters: parameters,
      cacheNamespace: resources.one("apigateway/resource:Resource").id,
    });
    expect(propertyOf(resources.one("apigateway/method:Method"), "requestParameters")).to.deep.equal(
      Object.fromEntries(parameters.map((parameter) => [parameter, false])),
    );
  });

  it("always includes the path's variables, because otherwise every path would have the first one's answer", () => {
    const own = { authorization: "NONE", apiKeyRequired: false } as const;
    const route = { method: "GET", path: "/messages/{id}/{rest+}" };
    const variables = ["method.request.path.id", "method.request.path.rest"];
    expect(cacheKeys(route, undefined)).to.deep.equal(variables);
    expect(cacheKeys(route, { ...own, caching: { keys: ["path.id", "header.A"] } })).to.have.members([
      ...variables,
      "method.request.header.A",
    ]);
    expect(cacheKeys(route, { ...own, caching: false })).to.deep.equal([]);
    expect(cacheKeys({ ...route, method: "POST" }, undefined)).to.deep.equal([]);
  });
});

describe("cacheInvalidationStatements", () => {
  for (const stack of ["dev", "prod"]) {
    it(`lets only the named principals invalidate only the cached methods' answers, in ${stack}`, async () => {
      const resources = await build(stack, { api: INVALIDATION });
      const resource = `${textOf(resources.one("apigateway/restApi:RestApi"), "executionArn")}/v1/GET/messages`;
      const invalidation = {
        effect: "Allow",
        actions: ["execute-api:InvalidateCache"],
        resources: [resource],
        condition: undefined,
      };
      const of = (type: string) =>
        statementsOf(textOf(resources.one(type), "policy")).filter(({ actions }) =>
          actions.includes("execute-api:InvalidateCache"),
        );
      expect(of("apigateway/restApiPolicy:RestApiPolicy")).to.deep.equal([
        { ...invalidation, principal: { AWS: [DEPLOYER] } },
      ]);
      // The endpoint's policy is evaluated first, and leaves the principal to the API's policy.
      if (stack === "prod") {
        expect(of("ec2/vpcEndpointPolicy:VpcEndpointPolicy")).to.deep.equal([
          { ...invalidation, principal: "*" },
        ]);
      }
    });
  }

  it("lets no principal invalidate answers if none is named", async () => {
    const resources = await build("prod", { api: { caching: {} } });
    for (const type of [
      "apigateway/restApiPolicy:RestApiPolicy",
      "ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    ]) {
      expect(textOf(resources.one(type), "policy")).not.to.contain("InvalidateCache");
    }
  });

  it("predicts policies with invalidation exactly before any resource has an id", async () => {
    const resources = await build("prod", { api: INVALIDATION });
    const component = resources.components.find(({ type }) => type.endsWith(":RestApi"));
    const planned = new Map<string, string>(
      Object(component?.properties).planned.map(({ resource, value }: Record<string, string>) => [
        resource,
        value,
      ]),
    );
    for (const type of [
      "apigateway/restApiPolicy:RestApiPolicy",
      "ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    ]) {
      const made = resources.one(type);
      const filled = (planned.get(made.urn) ?? "").replace(
        /\{\{(.*?)\}\}/g,
        (_, urn: string) => resources.byUrn(urn)?.id ?? "",
      );
      expect(JSON.parse(filled), type).to.deep.equal(JSON.parse(textOf(made, "policy")));
    }
  });
});
