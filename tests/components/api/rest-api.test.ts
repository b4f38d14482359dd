import { expect } from "chai";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, textOf } from "../../support/stacks.js";

const ACCESS_LOGS = { accessLogs: true, manageAccountRole: false };

function policyOf(resources: Resources) {
  return statementsOf(textOf(resources.one("apigateway/restApiPolicy:RestApiPolicy"), "policy"));
}

describe("RestApi that is private", () => {
  let resources: Resources;
  let endpoint: unknown;
  before(async () => {
    resources = await build("prod");
    endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint").id;
  });

  it("associates the API with its endpoint, which gives it another name there", () => {
    expect(propertyOf(resources.one("apigateway/restApi:RestApi"), "endpointConfiguration")).to.deep.equal({
      types: "PRIVATE",
      vpcEndpointIds: [endpoint],
      ipAddressType: "dualstack",
    });
  });

  it("denies calls through any other endpoint, or through none", () => {
    const arn = textOf(resources.one("apigateway/restApi:RestApi"), "executionArn");
    const invoke = { principal: "*", actions: ["execute-api:Invoke"] };
    expect(policyOf(resources)).to.deep.equal([
      { ...invoke, resources: [`${arn}/*/GET/messages`], effect: "Allow", condition: undefined },
      {
        ...invoke,
        resources: [`${arn}/*`],
        effect: "Deny",
        condition: { StringNotEquals: { "aws:SourceVpce": [endpoint] } },
      },
    ]);
  });
});

describe("RestApi's policy", () => {
  it("allows the methods that the API has and no other, because a deployment copies those that are about to go", async () => {
    const api = { cors: { allowOrigin: "https://app.example.com" } };
    const allowed = async (settings: object) => {
      const resources = await build("dev", { api, ...settings });
      const arn = textOf(resources.one("apigateway/restApi:RestApi"), "executionArn");
      const [allow] = policyOf(resources);
      return allow?.resources?.map((resource) => resource.replace(`${arn}/*/`, ""));
    };
    expect(await allowed({ messageStore: {} })).to.have.members([
      "GET/messages",
      "POST/messages",
      "GET/messages/*",
      "OPTIONS/messages",
      "OPTIONS/messages/*",
    ]);
    expect(await allowed({})).to.have.members(["GET/messages", "OPTIONS/messages"]);
  });
});

for (const { stack, type } of [
  { stack: "dev", type: "REGIONAL" },
  { stack: "dev", type: "EDGE" },
  { stack: "prod", type: "REGIONAL" },
] as const) {
  describe(`RestApi that is ${type}, in ${stack}`, () => {
    let resources: Resources;
    before(async () => {
      resources = await build(stack, { api: { endpointType: type } });
    });

    it("associates the API with no endpoint", () => {
      expect(propertyOf(resources.one("apigateway/restApi:RestApi"), "endpointConfiguration")).to.deep.equal({
        types: type,
        ipAddressType: "dualstack",
      });
      expect(resources.ofType("ec2/vpcEndpointPolicy:VpcEndpointPolicy")).to.deep.equal([]);
    });

    it("writes out a policy that allows every caller, so that no denial is left if it was private", () => {
      const executionArn = textOf(resources.one("apigateway/restApi:RestApi"), "executionArn");
      expect(policyOf(resources)).to.deep.equal([
        {
          effect: "Allow",
          principal: "*",
          actions: ["execute-api:Invoke"],
          resources: [`${executionArn}/*/GET/messages`],
          condition: undefined,
        },
      ]);
    });

    it("outputs a URL on the internet", () => {
      expect(resources.outputs.apiInvokeUrls).to.deep.equal([
        { from: "the internet", url: resources.outputs.apiUrl },
      ]);
    });
  });
}

describe("RestApi method", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", { api: { stageName: "beta" } });
  });

  it("passes requests unchanged to the function's alias", () => {
    const method = resources.one("apigateway/method:Method");
    const integration = resources.one("apigateway/integration:Integration");
    expect(pick(method, "httpMethod", "authorization")).to.deep.equal({
      httpMethod: "GET",
      authorization: "NONE",
    });
    expect(
      pick(integration, "type", "integrationHttpMethod", "uri", "resourceId", "httpMethod"),
    ).to.deep.equal({
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: propertyOf(resources.one("lambda/alias:Alias"), "invokeArn"),
      resourceId: propertyOf(method, "resourceId"),
      httpMethod: "GET",
    });
    expect(integration.dependencies, "AWS refuses an integration without its method").to.include(method.urn);
  });

  it("has permission to invoke the alias for exactly this method of this stage", () => {
    const alias = resources.one("lambda/alias:Alias");
    const executionArn = textOf(resources.one("apigateway/restApi:RestApi"), "executionArn");
    const permission = resources.one("lambda/permission:Permission");
    expect(pick(permission, "action", "principal", "function", "qualifier", "sourceArn")).to.deep.equal({
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      function: propertyOf(alias, "functionName"),
      qualifier: propertyOf(alias, "name"),
      sourceArn: `${executionArn}/beta/GET/messages`,
    });
    expect(permission.dependencies, "the alias must exist before it is permitted").to.include(alias.urn);
  });

  it("logs no requests and responses because they contain values", () => {
    for (const settings of resources.ofType("apigateway/methodSettings:MethodSettings")) {
      expect(propertyOf(settings, "settings")).to.include({ loggingLevel: "OFF", dataTraceEnabled: false });
      expect(pick(settings, "methodPath", "stageName")).to.deep.equal({
        methodPath: "*/*",
        stageName: "beta",
      });
    }
    expect(resources.ofType("apigateway/methodSettings:MethodSettings")).to.have.length(1);
  });
});

describe("RestApi stage", () => {
  it("has the configured name, and serves the deployment", async () => {
    const resources = await build("dev", { api: { stageName: "beta" } });
    const stage = resources.one("apigateway/stage:Stage");
    expect(pick(stage, "stageName", "deployment", "restApi")).to.deep.equal({
      stageName: "beta",
      deployment: resources.one("apigateway/deployment:Deployment").id,
      restApi: resources.one("apigateway/restApi:RestApi").id,
    });
    expect(String(resources.outputs.apiUrl)).to.match(/\/beta$/);
  });

  it("turns tracing and metrics on unless they are switched off", async () => {
    const traced = async (api: object) => {
      const resources = await build("dev", { api });
      return [
        propertyOf(resources.one("apigateway/stage:Stage"), "xrayTracingEnabled"),
        propertyOf(resources.one("apigateway/methodSettings:MethodSettings"), "settings.metricsEnabled"),
      ];
    };
    expect(await traced({})).to.deep.equal([true, true]);
    expect(await traced({ tracing: false })).to.deep.equal([false, true]);
    expect(await traced({ metrics: false })).to.deep.equal([true, false]);
  });

  it("logs calls only if access logs are configured", async () => {
    const silent = await build("dev");
    expect(silent.one("apigateway/stage:Stage").inputs).not.to.have.property("accessLogSettings");
    expect(silent.ofType("cloudwatch/logGroup:LogGroup").map(({ name }) => name)).to.deep.equal([
      "fetcher-logs",
    ]);

    const logging = await build("dev", { api: ACCESS_LOGS, function: { logRetentionInDays: 7 } });
    const group = logging.one("cloudwatch/logGroup:LogGroup", "api-access-logs");
    const stage = logging.one("apigateway/stage:Stage");
    expect(propertyOf(stage, "accessLogSettings.destinationArn")).to.equal(propertyOf(group, "arn"));
    expect(propertyOf(group, "retentionInDays")).to.equal(7);
  });

  it("logs each call as one line of JSON without any value", async () => {
    const logging = await build("dev", { api: ACCESS_LOGS });
    const format = textOf(logging.one("apigateway/stage:Stage"), "accessLogSettings.format");
    expect(JSON.parse(format)).to.include({ requestId: "$context.requestId", status: "$context.status" });
    expect(format).not.to.match(/\n|\$input|body|querystring/i);
  });

  it("leaves the account's role for API Gateway's logs alone unless it is configured to manage it", async () => {
    const logging = await build("dev", { api: ACCESS_LOGS });
    expect(logging.ofType("apigateway/account:Account")).to.deep.equal([]);
    expect(logging.ofType("iam/role:Role").map(({ name }) => name)).to.deep.equal(["fetcher-role"]);
  });

  it("depends on that role if it manages it, because AWS refuses access logs without one", async () => {
    const resources = await build("dev", { api: { accessLogs: true, manageAccountRole: true } });
    const account = resources.one("apigateway/account:Account");
    const role = resources.one("iam/role:Role", "api-account-logs");
    const attachment = resources.one("iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(resources.one("apigateway/stage:Stage").dependencies).to.include(account.urn);
    expect(account.dependencies).to.include(attachment.urn);
    expect(propertyOf(account, "cloudwatchRoleArn")).to.equal(propertyOf(role, "arn"));
    expect(pick(attachment, "role", "policyArn")).to.deep.equal({
      role: propertyOf(role, "name"),
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    });
    expect(statementsOf(textOf(role, "assumeRolePolicy"))).to.deep.equal([
      {
        effect: "Allow",
        principal: { Service: "apigateway.amazonaws.com" },
        actions: ["sts:AssumeRole"],
        resources: [],
        condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      },
    ]);
  });
});
