import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { parsePlace, proveIntents, trace } from "../../preflight/reachability/index.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import { TARGET } from "../support/components.js";
import { type PolicyStatement, statementsOf } from "../support/policies.js";
import { build, propertyOf, type Resources, synthesisOf, textOf } from "../support/stacks.js";

const EVERYTHING = {
  dynamodb: true,
  s3: true,
  others: { "ecr.api": {}, monitoring: { allowFrom: ["10.30.0.0/16", "sg-0123456789abcdef0"] } },
};

/** Policies of an endpoint: its own, or an attached one. */
function policiesOf(resources: Resources, endpoint: RecordedResource): PolicyStatement[] {
  const attached = resources
    .ofType("ec2/vpcEndpointPolicy:VpcEndpointPolicy")
    .filter((policy) => propertyOf(policy, "vpcEndpointId") === endpoint.id);
  return [endpoint, ...attached].flatMap((owner) => {
    const policy = propertyOf(owner, "policy");
    return policy === undefined ? [] : statementsOf(policy);
  });
}

function sourcesOf(resources: Resources, endpoint: string): unknown[] {
  const group = resources.one("ec2/securityGroup:SecurityGroup", `${endpoint}-endpoint`);
  return resources
    .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter((rule) => propertyOf(rule, "securityGroupId") === group.id)
    .map(({ inputs }) => inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId);
}

describe("createNetwork endpoints", () => {
  let resources: Resources;
  let privateBlocks: unknown[];
  before(async () => {
    resources = await build("prod", { endpoints: EVERYTHING });
    privateBlocks = resources
      .ofType("ec2/subnet:Subnet")
      .filter(({ name }) => name.startsWith("vpc-private"))
      .map((subnet) => propertyOf(subnet, "cidrBlock"));
  });

  it("have a policy that allows only this account's principals and resources", () => {
    for (const endpoint of resources.ofType("ec2/vpcEndpoint:VpcEndpoint")) {
      const statements = policiesOf(resources, endpoint);
      expect(statements, endpoint.name).to.have.length(1);
      for (const { effect, condition, resources: allowed } of statements) {
        expect(effect).to.equal("Allow");
        const ofThisAccount = allowed.every((arn) => arn.split(":")[4] === TARGET.accountId);
        const limited = JSON.stringify(condition ?? {}).includes(
          `"aws:PrincipalAccount":"${TARGET.accountId}"`,
        );
        expect(
          ofThisAccount || limited,
          `${endpoint.name}: ${allowed} ${JSON.stringify(condition)}`,
        ).to.equal(true);
        if (allowed.includes("*")) {
          expect(condition, endpoint.name).to.have.nested.property(
            "StringEquals.aws:ResourceAccount",
            TARGET.accountId,
          );
        }
      }
    }
  });

  it("let SSM calls read the stack's own parameters and nothing else", () => {
    const [statement] = policiesOf(resources, resources.one("ec2/vpcEndpoint:VpcEndpoint", "ssm-endpoint"));
    expect(statement).to.deep.include({
      actions: ["ssm:GetParametersByPath"],
      resources: ["arn:aws:ssm:eu-west-1:111122223333:parameter/lambda-networking/prod"],
    });
  });

  it("let calls of this API through the execute-api endpoint, and of no other", () => {
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint");
    const [statement] = policiesOf(resources, endpoint);
    expect(statement).to.deep.include({
      actions: ["execute-api:Invoke"],
      resources: [`${textOf(resources.one("apigateway/restApi:RestApi"), "executionArn")}/*`],
    });
  });

  it("allow actions whose prefix differs from the service's name", () => {
    // The endpoint `monitoring` is CloudWatch's: https://docs.aws.amazon.com/service-authorization/latest/reference/
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "monitoring-endpoint");
    const allows = policiesOf(resources, endpoint).flatMap(({ actions }) => actions);
    expect(
      allows.some((action) => action === "*" || action.startsWith("cloudwatch:")),
      `${allows} lets no cloudwatch: action through`,
    ).to.equal(true);
  });

  it("let the function in at SSM, and the private subnets or the named callers at the others", () => {
    const functionGroup = resources.one("ec2/securityGroup:SecurityGroup", "fetcher-function").id;
    expect(sourcesOf(resources, "ssm")).to.deep.equal([functionGroup]);
    expect(sourcesOf(resources, "execute-api")).to.have.members(privateBlocks);
    expect(sourcesOf(resources, "ecr-api")).to.have.members([...privateBlocks, functionGroup]);
    expect(sourcesOf(resources, "monitoring")).to.have.members([
      "10.30.0.0/16",
      "sg-0123456789abcdef0",
      functionGroup,
    ]);
  });

  it("add routes to the private tables and to no other, if they are gateway endpoints", () => {
    const privateTables = resources
      .ofType("ec2/routeTable:RouteTable")
      .filter(({ name }) => name.startsWith("vpc-private"))
      .map(({ id }) => id);
    for (const service of ["dynamodb", "s3"]) {
      const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", `${service}-endpoint`);
      expect(endpoint.inputs).to.deep.include({
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.eu-west-1.${service}`,
      });
      expect(endpoint.inputs.routeTableIds, service).to.have.members(privateTables);
      expect(endpoint.inputs).not.to.have.any.keys("subnetIds", "securityGroupIds", "privateDnsEnabled");
    }
  });

  it("exist only if they are configured", async () => {
    const few = await build("prod", { endpoints: { ssm: false, dynamodb: false } });
    const names = few.ofType("ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name);
    expect(names).to.deep.equal(["execute-api-endpoint"]);
  });

  it("offer DynamoDB by an interface too, which functions use only without the gateway", async () => {
    const interfaceFor = { dynamodb: { privateDns: false, allowFrom: ["10.30.0.0/16"] } };
    for (const gateway of [true, false]) {
      const { resources } = await synthesisOf("prod", {
        endpoints: { dynamodb: gateway, others: interfaceFor },
      });
      const graph = graphFromResources(resources);
      const verdict = trace(graph, parsePlace("fetcher", graph), {
        kind: "service",
        service: "dynamodb",
        networkOnly: true,
      });
      expect(verdict).to.include({
        status: "reachable",
        via: gateway ? "gateway-endpoint" : "interface-endpoint",
      });
      const failed = proveIntents(graph).filter(({ ok }) => !ok);
      expect(failed).to.deep.equal([]);
      // What calls from the other network, such as over a VPN, has only the interface's addresses.
      const endpoint = resources.find(
        ({ type, name }) =>
          type === "aws:ec2/vpcEndpoint:VpcEndpoint" && name === "dynamodb-interface-endpoint",
      );
      expect(endpoint).to.have.nested.property("inputs.privateDnsEnabled", false);
    }
  });

  it("omit execute-api if the API is on the internet", async () => {
    const regional = await build("prod", { api: { endpointType: "REGIONAL" } });
    const names = regional.ofType("ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name);
    expect(names).not.to.include("execute-api-endpoint");
  });
});

describe("createNetwork", () => {
  it("chooses zones by number, in the stack's Region", async () => {
    const three = await build("prod", { vpc: { availabilityZones: 3 } });
    const zones = three.ofType("ec2/subnet:Subnet").map((subnet) => propertyOf(subnet, "availabilityZone"));
    expect(new Set(zones)).to.deep.equal(new Set(["eu-west-1a", "eu-west-1b", "eu-west-1c"]));
  });

  it("accepts zones by name, whatever their letters", async () => {
    const named = await build("prod", { vpc: { availabilityZones: ["eu-west-1c", "eu-west-1b"] } });
    const zones = named.ofType("ec2/subnet:Subnet").map((subnet) => propertyOf(subnet, "availabilityZone"));
    expect(new Set(zones)).to.deep.equal(new Set(["eu-west-1c", "eu-west-1b"]));
  });

  it("proves what Block Public Access lets out, and which exclusion does", async () => {
    const fetcherReads = async (blockPublicAccess: object) => {
      const vpc = { nat: "perAz", blockPublicAccess };
      const { resources } = await synthesisOf("prod", { vpc, endpoints: { ssm: false } });
      const graph = graphFromResources(resources);
      const verdict = trace(graph, parsePlace("fetcher", graph), parsePlace("ssm", graph));
      return verdict.status === "blocked" ? verdict.code : verdict.status;
    };
    const closed = { mode: "block-bidirectional" };
    expect(await fetcherReads({})).to.equal("reachable");
    expect(await fetcherReads({ mode: "block-ingress" })).to.equal("reachable");
    expect(await fetcherReads(closed)).to.equal("VPC_BLOCK_PUBLIC_ACCESS_ENABLED");
    expect(await fetcherReads({ ...closed, exclusion: "allow-egress" })).to.equal("reachable");
    expect(await fetcherReads({ ...closed, exclusion: "allow-bidirectional" })).to.equal("reachable");
  });

  it("lets the delivery of flow logs use the stack's key, if they go to a bucket", async () => {
    const policyWith = async (destination: string) => {
      const resources = await build("prod", { kmsKey: "create", vpc: { flowLogs: { destination } } });
      return statementsOf(textOf(resources.one("kms/key:Key"), "policy"));
    };
    const isDelivery = ({ principal }: PolicyStatement) =>
      JSON.stringify(principal) === JSON.stringify({ Service: "delivery.logs.amazonaws.com" });
    expect((await policyWith("cloud-watch-logs")).filter(isDelivery)).to.deep.equal([]);
    const [statement, ...more] = (await policyWith("s3")).filter(isDelivery);
    expect(more).to.deep.equal([]);
    expect(statement?.condition).to.deep.equal({
      StringEquals: { "aws:SourceAccount": TARGET.accountId },
      ArnLike: { "aws:SourceArn": [`arn:aws:logs:eu-west-1:${TARGET.accountId}:*`] },
    });
  });
});
