import { expect } from "chai";
import { synthesizeProgram } from "../cli/lib/program.js";
import { UNKNOWN } from "../preflight/resources/unknown.js";
import type { RecordedResource } from "../preflight/sources/mocks/recorded-resource.js";
import { type Registration, registrationsDuring } from "./support/requests.js";
import {
  build,
  pick,
  propertyOf,
  type Resources,
  type Settings,
  stackFile,
  textOf,
} from "./support/stacks.js";
import { takesTags } from "./support/tags.js";

/** Outputs that users, pipelines and checks rely on, with their types. */
const CONTRACT = {
  networking: "text",
  region: "text",
  functionName: "text",
  functionArn: "text",
  functionVersion: "text",
  codeDeployApplicationName: "text",
  codeDeployDeploymentGroupName: "text",
  parameterPath: "text",
  firstParameterCommand: "text",
  apiId: "text",
  apiUrl: "text",
  vpcId: "text",
  publicSubnetIds: "list",
  privateSubnetIds: "list",
  functionSubnetIds: "list",
  natGatewayIds: "list",
  natInstanceGroupNames: "list",
  interfaceEndpointIds: "list",
  gatewayEndpointIds: "list",
  executeApiEndpointId: "text",
  isolatedSubnetIds: "list",
  databaseProxyEndpoint: "text",
  databaseName: "text",
  databaseUser: "text",
  logProducerName: "text",
  logConsumerName: "text",
  logTopicArn: "text",
  logDeadLetterQueueUrl: "text",
  logUndeliveredQueueUrl: "text",
  logNotificationTopicArn: "text",
  alarmTopicArn: "text",
} as const;

/** Every optional part at once, so that every component creates all its resources. */
const EVERYTHING: Settings = {
  vpc: { availabilityZones: 3, nat: "perAz", ipv6: true, flowLogs: { trafficType: "ALL" } },
  endpoints: { s3: true, others: { kms: {}, "ecr.api": { allowFrom: ["10.30.0.0/16"] } } },
  parameters: { path: "/everything", values: { greeting: "hello" } },
  function: {
    reservedConcurrency: 100,
    provisionedConcurrency: 2,
    release: "Canary10Percent5Minutes",
    codeBucket: true,
    codeSigning: {},
    environment: { LOG_LEVEL: "debug" },
  },
  messageStore: {},
  watching: { emails: ["ops@example.com"] },
  database: { instances: 2 },
  secretParameters: { token: "correct horse battery staple" },
  logPipeline: { codePipelineNotifications: {} },
};

const STACKS = [
  { title: "dev", stack: "dev", settings: {} },
  { title: "prod", stack: "prod", settings: {} },
  { title: "prod with every optional part", stack: "prod", settings: EVERYTHING },
] as const;

for (const { title, stack, settings } of STACKS) {
  for (const preview of [false, true]) {
    describe(`stack ${title}${preview ? " at a preview" : ""}`, () => {
      let resources: Resources;
      before(async () => {
        resources = await build(stack, settings, { preview });
      });

      const parentOf = ({ urn, parent }: RecordedResource): RecordedResource => {
        const found = resources.byUrn(parent);
        if (found === undefined) throw new Error(`${urn} has no parent`);
        return found;
      };

      it("puts every resource in a component, with a name that begins with the component's", () => {
        for (const resource of resources.all.filter(({ isComponent }) => !isComponent)) {
          const parent = parentOf(resource);
          expect(parent.isComponent, resource.urn).to.equal(true);
          expect(`${resource.name}-`.startsWith(`${parent.name}-`), resource.urn).to.equal(true);
        }
      });

      it("names each resource's component in its URN", () => {
        for (const resource of resources.all) {
          const { urn, type, name, isComponent } = resource;
          const types = isComponent ? type : `${parentOf(resource).type}$${type}`;
          expect(urn).to.equal(`urn:pulumi:${stack}::lambda-networking::${types}::${name}`);
        }
      });

      it("has only components of the project's types at the top, with outputs", () => {
        for (const component of resources.components) {
          expect(component.parent, component.urn).to.equal(undefined);
          expect(component.type).to.match(/^lambda-networking:[a-z]+:[A-Z][A-Za-z]+$/);
          const hasNone = component.type.endsWith(":SeededParameters");
          expect(Object.keys(component.properties).length === 0, component.urn).to.equal(hasNone);
        }
      });

      it("sets the tags project, stack and component, and a name, on every resource that supports tags", () => {
        let tagged = 0;
        for (const resource of resources.all.filter(({ isComponent }) => !isComponent)) {
          if (!takesTags(resource.type)) {
            expect(resource.inputs, resource.urn).not.to.have.property("tags");
            continue;
          }
          tagged += 1;
          expect(resource.inputs.tags, resource.urn).to.include({
            Name: resource.name,
            project: "lambda-networking",
            stack,
          });
          expect(propertyOf(resource, "tags.component"), resource.urn).to.match(
            /^(network|function|parameters|api|database|pipeline|watching)$/,
          );
        }
        expect(tagged).to.be.greaterThan(5);
      });

      it("has the outputs of the contract", () => {
        for (const [name, kind] of Object.entries(CONTRACT)) {
          const output = resources.outputs[name];
          if (kind === "list") expect(output, name).to.be.an("array");
          else expect(output === UNKNOWN || typeof output === "string", name).to.equal(true);
        }
      });

      it("knows the outputs that the program itself decides", () => {
        const { networking, region, parameterPath } = resources.outputs;
        expect({ networking, region }).to.deep.equal({
          networking: stack === "dev" ? "public" : "vpc",
          region: "eu-west-1",
        });
        expect(parameterPath).to.be.a("string");
      });

      it("outputs no secret", () => {
        expect(JSON.stringify(resources.outputs)).not.to.contain("correct horse");
      });
    });
  }
}

describe("resource names", () => {
  for (const { title, stack, settings } of STACKS) {
    it(`are registered once in ${title} because a second registration fails the update half way`, async () => {
      const registrations = await registrationsDuring(() => synthesizeProgram(stackFile(stack, settings)));
      const keys = registrations.map(({ type, name, parent }) => `${parent} ${type} ${name}`);
      expect(keys.filter((key, i) => keys.indexOf(key) !== i)).to.deep.equal([]);
      expect(keys.length).to.be.greaterThan(10);
    });
  }

  it("do not begin with sg- for a security group, because EC2 reserves the prefix", async () => {
    const resources = await build("prod", EVERYTHING);
    for (const { name } of resources.ofType("ec2/securityGroup:SecurityGroup")) {
      expect(name).not.to.match(/^sg/);
    }
  });

  it("leave room for a suffix within AWS's longest names", async () => {
    const resources = await build("prod", EVERYTHING);
    for (const { name } of resources.ofType("iam/role:Role")) expect(name.length).to.be.lessThan(64 - 8);
    for (const { name } of resources.ofType("lambda/function:Function"))
      expect(name.length).to.be.lessThan(64 - 8);
  });
});

describe("subnets and security group of a function", () => {
  let registrations: Registration[];
  before(async () => {
    registrations = await registrationsDuring(() => synthesizeProgram(stackFile("prod")));
  });

  it("have a deletion timeout above the 45 minutes in which Lambda releases network interfaces", () => {
    const held = registrations.filter(
      ({ type, name }) => type === "aws:ec2/subnet:Subnet" || name === "fetcher-function",
    );
    const subnetsAndGroup = held.filter(({ type }) => type !== "aws:lambda/function:Function");
    expect(subnetsAndGroup.length).to.equal(5);
    for (const { name, deleteTimeout } of subnetsAndGroup)
      expect(minutes(deleteTimeout), name).to.be.greaterThan(45);
  });
});

function minutes(duration: string): number {
  const [, hours = "0", rest = "0"] = /^(?:(\d+)h)?(?:(\d+)m)?/.exec(duration) ?? [];
  return Number(hours) * 60 + Number(rest);
}

describe("stack outputs", () => {
  it("have the same names with public and VPC networking", async () => {
    const [dev, prod] = [await build("dev"), await build("prod")];
    expect(Object.keys(dev.outputs)).to.have.members(Object.keys(prod.outputs));
  });

  it("are empty for parts that do not exist with public networking", async () => {
    const { outputs } = await build("dev");
    expect(outputs).to.deep.include({
      vpcId: "",
      publicSubnetIds: [],
      privateSubnetIds: [],
      functionSubnetIds: [],
      natGatewayIds: [],
      natInstanceGroupNames: [],
      interfaceEndpointIds: [],
      gatewayEndpointIds: [],
      executeApiEndpointId: "",
    });
  });

  it("name the parts that exist with VPC networking, and nothing else", async () => {
    const resources = await build("prod", EVERYTHING);
    const ids = (type: string, prefix = "") =>
      resources.ofType(type).flatMap(({ name, id }) => (name.startsWith(prefix) ? [id] : []));
    const endpoints = resources.ofType("ec2/vpcEndpoint:VpcEndpoint");
    const endpointIds = (kind: string) =>
      endpoints.filter((endpoint) => propertyOf(endpoint, "vpcEndpointType") === kind).map(({ id }) => id);
    const { outputs } = resources;
    expect(outputs.vpcId).to.equal(resources.one("ec2/vpc:Vpc").id);
    expect(outputs.publicSubnetIds).to.have.members(ids("ec2/subnet:Subnet", "vpc-public"));
    expect(outputs.privateSubnetIds).to.have.members(ids("ec2/subnet:Subnet", "vpc-private"));
    expect(outputs.functionSubnetIds).to.deep.equal(outputs.privateSubnetIds);
    expect(outputs.natGatewayIds).to.have.members(ids("ec2/natGateway:NatGateway"));
    expect(outputs.interfaceEndpointIds).to.have.members(endpointIds("Interface"));
    expect(outputs.gatewayEndpointIds).to.have.members(endpointIds("Gateway"));
    expect(outputs.executeApiEndpointId).to.equal(
      resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint").id,
    );
  });

  it("say how to store a first parameter, if the stack keeps none", async () => {
    const path = "/orders/test";
    const { outputs } = await build("dev", { parameters: { path } });
    expect(outputs.firstParameterCommand).to.equal(
      `aws ssm put-parameter --region eu-west-1 --name ${path}/greeting --type String --value hello`,
    );
    const kept = [{}, { parameters: { path }, secretParameters: { token: "x" } }];
    for (const settings of kept)
      expect((await build("dev", settings)).outputs.firstParameterCommand).to.equal("");
  });

  it("name the function and the stage", async () => {
    for (const stack of ["dev", "prod"]) {
      const resources = await build(stack);
      const lambda = resources.one("lambda/function:Function");
      expect(resources.outputs).to.deep.include({
        functionName: propertyOf(lambda, "name"),
        functionArn: propertyOf(lambda, "arn"),
        apiId: resources.one("apigateway/restApi:RestApi").id,
        apiUrl: propertyOf(resources.one("apigateway/stage:Stage"), "invokeUrl"),
        parameterPath: `/lambda-networking/${stack}`,
      });
    }
  });

  it("list every way to call a private API without private DNS, none by the public name", async () => {
    const { outputs } = await build("prod", { endpoints: { executeApi: { privateDns: false } } });
    expect(outputs.apiInvokeUrls).to.have.length(3);
    expect(JSON.stringify(outputs.apiInvokeUrls)).not.to.contain(`"url":"https://${String(outputs.apiId)}.`);
  });
});

describe("switch between public networking and a VPC", () => {
  // A replaced resource has a new name, ARN or URL, which its users would have to learn.
  const KEPT = [
    "lambda/function:Function",
    "lambda/alias:Alias",
    "apigateway/restApi:RestApi",
    "apigateway/resource:Resource",
    "apigateway/method:Method",
    "apigateway/integration:Integration",
    "apigateway/stage:Stage",
    "lambda/permission:Permission",
    "ssm/parameter:Parameter",
    "iam/role:Role",
    "cloudwatch/logGroup:LogGroup",
  ];
  let outside: Resources;
  let inside: Resources;
  before(async () => {
    outside = await build("dev");
    inside = await build("dev", { networking: "vpc" });
  });

  it("keeps the URN, the id and the ARN of everything outside the network", () => {
    for (const type of KEPT) {
      for (const kept of outside.ofType(type)) {
        const same = inside.one(type, kept.name);
        expect([same.urn, same.id, same.properties.arn], type).to.deep.equal([
          kept.urn,
          kept.id,
          kept.properties.arn,
        ]);
      }
    }
  });

  it("changes no property of these that AWS can set only at creation", () => {
    const creationOnly = [
      "name",
      "namePrefix",
      "functionName",
      "packageType",
      "pathPart",
      "stageName",
      "restApi",
      "httpMethod",
      "resourceId",
      "parentId",
      "sourceArn",
      "principal",
      "action",
      "function",
      "qualifier",
      "assumeRolePolicy",
    ];
    for (const type of KEPT.filter((type) => type !== "iam/role:Role")) {
      for (const kept of outside.ofType(type)) {
        expect(pick(inside.one(type, kept.name), ...creationOnly), kept.urn).to.deep.equal(
          pick(kept, ...creationOnly),
        );
      }
    }
  });

  it("makes the API private and back, and redeploys its policy", () => {
    const trigger = (resources: Resources) =>
      textOf(resources.one("apigateway/deployment:Deployment"), "triggers.redeployment");
    expect(trigger(inside)).not.to.equal(trigger(outside));
    const typeOf = (resources: Resources) =>
      propertyOf(resources.one("apigateway/restApi:RestApi"), "endpointConfiguration.types");
    expect([typeOf(outside), typeOf(inside)]).to.deep.equal(["REGIONAL", "PRIVATE"]);
  });
});
