import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import {
  defaultSecurityGroup,
  functionConfiguration,
  invoke,
  parameterTypes,
  restApi,
  rulesOf,
  type VpcEndpoint,
  vpcEndpoints,
} from "./lab/aws.js";
import { events, exported, lost, operationsIn, outputsOf, pulumi, up } from "./lab/project.js";
import {
  deployed,
  expectedMessages,
  expectMessages,
  folder,
  initStack,
  outputs,
  SECRET_MARK,
  secretNames,
} from "./lab/stacks.js";

import { nameOf, outOfOrder, stepsIn } from "./lab/steps.js";

const ACCOUNT = "000000000000"; // The emulator's account.
const OUTPUTS = [
  "networking",
  "region",
  "functionName",
  "functionArn",
  "functionVersion",
  "codeDeployApplicationName",
  "codeDeployDeploymentGroupName",
  "parameterPath",
  "firstParameterCommand",
  "apiId",
  "apiUrl",
  "apiInvokeUrls",
  "apiKeyIds",
  "apiDomainNames",
  "userPoolIds",
  "userPoolClientIds",
  "frontDoorUrl",
  "frontDoorDnsName",
  "vpcId",
  "publicSubnetIds",
  "privateSubnetIds",
  "functionSubnetIds",
  "isolatedSubnetIds",
  "natGatewayIds",
  "natInstanceGroupNames",
  "peeringConnectionIds",
  "interfaceEndpointIds",
  "gatewayEndpointIds",
  "executeApiEndpointId",
  "databaseProxyEndpoint",
  "databaseName",
  "databaseUser",
  "logProducerName",
  "logConsumerName",
  "logTopicArn",
  "logDeadLetterQueueUrl",
  "logUndeliveredQueueUrl",
  "logNotificationTopicArn",
  "alarmTopicArn",
];

for (const stack of ["dev", "prod"] as const) {
  describe(`stack ${stack}`, () => {
    let made: string;
    before(() => initStack(stack));

    it(`previews ${stack}`, async () => {
      const { output } = await pulumi(folder, "preview", "--stack", stack, "--diff");
      expect(output).to.contain("to create");
    });

    it(`deploys ${stack}`, async () => {
      made = await events(folder, "up", stack);
      expect(lost(operationsIn(made))).to.deep.equal([]);
      deployed[stack] = await outputsOf(folder, stack);
    });

    it("makes alias and stage only after what their calls need, in the order that preflight computes", async () => {
      const steps = stepsIn(made);
      const resources = await exported(folder, stack);
      expect(outOfOrder(steps, resources, "create")).to.deep.equal([]);
      const { paths, late } = checkOrder(graphFromResources(resources));
      expect(late).to.deep.equal([]);
      expect(paths).to.be.above(1);
      const names = [...steps.keys()].map(nameOf);
      expect(names).to.include.members(["Alias fetcher-live", "Stage api-stage"]);
    });

    it("has the outputs of both modes", () => {
      expect(outputs(stack)).to.have.all.keys(...OUTPUTS);
      expect(outputs(stack)).to.include({
        region: "eu-west-1",
        parameterPath: `/lambda-networking/${stack}`,
      });
    });

    it("answers GET /messages with every parameter, secrets decrypted, from two pages", () =>
      expectMessages(stack));

    it("answers a direct invocation with {messages}", async () => {
      const answer = await invoke(outputs(stack).functionName);
      expect(answer).to.deep.equal({ failed: false, body: { messages: expectedMessages(stack) } });
    });

    it("stores only secrets as SecureString", async () => {
      const types = await parameterTypes(`/lambda-networking/${stack}`);
      const expected = Object.keys(expectedMessages(stack)).map((name) => [
        `/lambda-networking/${stack}/${name}`,
        secretNames.includes(name) ? "SecureString" : "String",
      ]);
      expect(types).to.deep.equal(Object.fromEntries(expected));
    });

    it("keeps no secret value readable in its state", async () => {
      const { stdout } = await pulumi(folder, "stack", "export", "--stack", stack);
      expect(stdout).to.contain(`/lambda-networking/${stack}/password`);
      expect(stdout.includes(SECRET_MARK)).to.equal(false);
    });

    // The plugin reports updates without a property, because it forgets computed collections.
    it("replaces and deletes nothing if it is deployed again", async () => {
      expect(lost(await up(folder, stack))).to.deep.equal([]);
    });
  });
}

describe("dev in AWS", () => {
  it("has no VPC, and a regional API", async () => {
    const { vpcId, apiId, functionName } = outputs("dev");
    expect(vpcId).to.equal("");
    expect((await restApi(apiId)).endpointConfiguration.types).to.deep.equal(["REGIONAL"]);
    expect((await functionConfiguration(functionName)).VpcConfig?.SubnetIds ?? []).to.deep.equal([]);
  });
});

describe("prod in AWS", () => {
  let endpoints: Partial<Record<string, VpcEndpoint>>;
  before(async () => {
    const found = await vpcEndpoints(outputs("prod").vpcId);
    endpoints = Object.fromEntries(found.map((endpoint) => [endpoint.service, endpoint]));
  });

  it("has the endpoints of its outputs", () => {
    const { interfaceEndpointIds, gatewayEndpointIds, executeApiEndpointId } = outputs("prod");
    expect(Object.keys(endpoints)).to.have.members(["ssm", "execute-api", "dynamodb"]);
    expect(interfaceEndpointIds).to.have.members([endpoints.ssm?.id, endpoints["execute-api"]?.id]);
    expect(gatewayEndpointIds).to.deep.equal([endpoints.dynamodb?.id]);
    expect(executeApiEndpointId).to.equal(endpoints["execute-api"]?.id);
  });

  it("has a NAT gateway and a pair of subnets in each of two zones", () => {
    const { natGatewayIds, publicSubnetIds, privateSubnetIds } = outputs("prod");
    expect([natGatewayIds, publicSubnetIds, privateSubnetIds].map(({ length }) => length)).to.deep.equal([
      2, 2, 2,
    ]);
  });

  it("has a default security group without rules", async () => {
    expect(await rulesOf(await defaultSecurityGroup(outputs("prod").vpcId))).to.deep.equal([]);
  });

  it("has its function in the private subnets, with egress to its endpoints only", async () => {
    const { functionName, privateSubnetIds } = outputs("prod");
    const { VpcConfig } = await functionConfiguration(functionName);
    expect(VpcConfig?.SubnetIds).to.have.members([...privateSubnetIds]);
    expect(VpcConfig?.SecurityGroupIds).to.have.length(1);
    expect(await rulesOf(VpcConfig?.SecurityGroupIds[0] ?? "")).to.have.members([
      `egress tcp 443 ${endpoints.ssm?.securityGroupId}`,
      `egress tcp 443 ${endpoints.dynamodb?.prefixListId}`,
    ]);
  });

  it("lets only the function in at the SSM endpoint", async () => {
    const { VpcConfig } = await functionConfiguration(outputs("prod").functionName);
    const rules = await rulesOf(endpoints.ssm?.securityGroupId ?? "");
    expect(rules).to.deep.equal([`ingress tcp 443 ${VpcConfig?.SecurityGroupIds[0]}`]);
  });

  it("lets the private subnets in at the execute-api endpoint", async () => {
    const rules = await rulesOf(endpoints["execute-api"]?.securityGroupId ?? "");
    expect(rules).to.have.length(2);
    for (const rule of rules) expect(rule).to.match(/^ingress tcp 443 10\.20\.\d+\.\d+\/\d+$/);
  });

  it("has an SSM endpoint for reads of its own path, by this account", () => {
    expect(endpoints.ssm?.policy.Statement).to.deep.equal([
      {
        Effect: "Allow",
        Principal: "*",
        Action: "ssm:GetParametersByPath",
        Resource: `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/lambda-networking/prod`,
        Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } },
      },
    ]);
  });

  it("has an execute-api endpoint for its own API", () => {
    const statements = endpoints["execute-api"]?.policy.Statement ?? [];
    expect(statements).to.have.length(1);
    expect(statements[0]).to.include({
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:${outputs("prod").apiId}/*`,
    });
  });

  it("has a private API that denies calls through any other endpoint", async () => {
    const { apiId, executeApiEndpointId } = outputs("prod");
    const { endpointConfiguration, policy } = await restApi(apiId);
    expect(endpointConfiguration.types).to.deep.equal(["PRIVATE"]);
    expect(endpointConfiguration.vpcEndpointIds).to.deep.equal([executeApiEndpointId]);
    const denials = JSON.parse(policy).Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === "Deny",
    );
    expect(denials).to.have.length(1);
    const [sources] = Object.values(denials[0].Condition.StringNotEquals);
    expect([sources].flat()).to.deep.equal([executeApiEndpointId]);
  });

  it("outputs every way to call the API", () => {
    const { apiId, apiInvokeUrls, executeApiEndpointId } = outputs("prod");
    expect(apiInvokeUrls.map(({ headers }) => Object.keys(headers ?? {}))).to.deep.equal([
      [],
      [],
      ["Host"],
      ["x-apigw-api-id"],
    ]);
    expect(apiInvokeUrls[1]?.url).to.contain(`${apiId}-${executeApiEndpointId}.execute-api.`);
  });
});
