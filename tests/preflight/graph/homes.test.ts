import { expect } from "chai";
import { graphFromResources, type SourceResource, UNKNOWN } from "../../../preflight/graph/index.js";

const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;

const PROVIDER = "pulumi:providers:aws";
const ROLE = "aws:iam/role:Role";
const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
const DATABASE = "aws:rds/instance:Instance";

function resource(
  type: string,
  name: string,
  properties: Record<string, unknown> = {},
  more: Partial<SourceResource> = {},
): SourceResource {
  return { urn: urn(type, name), type, name, id: name, properties, ...more };
}

describe("Graph.homeOf", () => {
  const cases: readonly { from: string; properties?: Record<string, unknown>; home: object }[] = [
    { from: "its own region", properties: { region: "us-west-2" }, home: { region: "us-west-2" } },
    {
      from: "its own region before the ARN",
      properties: { region: "us-west-2", arn: "arn:aws:s3:::bucket" },
      home: { region: "us-west-2" },
    },
    {
      from: "its ARN",
      properties: { arn: "arn:aws:sqs:ap-south-1:210987654321:orders" },
      home: { account: "210987654321", region: "ap-south-1" },
    },
    {
      from: "its Availability Zone",
      properties: { availabilityZone: "us-west-2-lax-1a" },
      home: { region: "us-west-2" },
    },
    { from: "an unknown ARN nothing", properties: { arn: UNKNOWN }, home: {} },
  ];
  for (const { from, properties, home } of cases) {
    it(`takes from ${from}`, () => {
      const graph = graphFromResources([resource(QUEUE, "queue", properties)]);
      const { account, region } = graph.homeOf(urn(QUEUE, "queue"));
      expect({ ...(account && { account }), ...(region && { region }) }).to.deep.equal(home);
    });
  }

  it("takes from the provider, and from its assumed role", () => {
    const graph = graphFromResources([
      resource(PROVIDER, "eu", { region: "eu-west-1" }),
      resource(PROVIDER, "us", {
        region: "us-east-1",
        assumeRoles: JSON.stringify([{ roleArn: "arn:aws:iam::210987654321:role/deployer" }]),
      }),
      resource(QUEUE, "a", {}, { provider: urn(PROVIDER, "eu") }),
      resource(QUEUE, "b", {}, { provider: urn(PROVIDER, "us") }),
    ]);
    expect(graph.homeOf(urn(QUEUE, "a")).region).to.equal("eu-west-1");
    expect(graph.homeOf(urn(QUEUE, "b"))).to.deep.equal({ account: "210987654321", region: "us-east-1" });
  });

  it("takes from the provider's other resources, but never from another provider's", () => {
    const graph = graphFromResources([
      resource(QUEUE, "a", { arn: "arn:aws:sqs:eu-west-1:123456789012:a" }, { provider: "one" }),
      resource(QUEUE, "b", {}, { provider: "one" }),
      resource(QUEUE, "c", {}, { provider: "two" }),
    ]);
    expect(graph.homeOf(urn(QUEUE, "b")).region).to.equal("eu-west-1");
    expect(graph.homeOf(urn(QUEUE, "c")).region).to.equal(undefined);
  });

  it("takes from the deployment for the default provider, but for no other one", () => {
    const deployment = { account: "123456789012", region: "eu-west-3" };
    const defaultUrn = urn(PROVIDER, "default_7_48_0");
    const graph = graphFromResources(
      [resource(QUEUE, "a", {}, { provider: defaultUrn }), resource(QUEUE, "b", {}, { provider: "two" })],
      deployment,
    );
    expect(graph.homeOf(urn(QUEUE, "a"))).to.deep.equal(deployment);
    expect(graph.homeOf(urn(QUEUE, "b")).region).to.equal(undefined);
  });

  it("takes from the deployment if no resource tells", () => {
    const graph = graphFromResources([resource(QUEUE, "a")], { region: "eu-west-3" });
    expect(graph.homeOf(urn(QUEUE, "a")).region).to.equal("eu-west-3");
    expect(graph.region).to.equal("eu-west-3");
  });
});

describe("graphFromResources with equal names", () => {
  const role = (name: string, account: string) =>
    resource(ROLE, name, { name: "app", arn: `arn:aws:iam::${account}:role/app` }, { id: "app" });
  const calling = (properties: Record<string, unknown>, more: Partial<SourceResource> = {}) =>
    resource(FUNCTION, "caller", { role: "app", ...properties }, more);
  const roleOf = (resources: readonly SourceResource[]) =>
    graphFromResources(resources).functions.get(urn(FUNCTION, "caller"))?.role;
  const roles = [role("a", "123456789012"), role("b", "210987654321")];

  it("takes the one that the property depends on", () => {
    const uses = { propertyDependencies: { role: [urn(ROLE, "b")] } };
    expect(roleOf([...roles, calling({}, uses)])).to.equal(urn(ROLE, "b"));
  });

  it("takes the one of the same account, in whatever Region", () => {
    const arn = "arn:aws:lambda:us-east-1:210987654321:function:caller";
    expect(roleOf([...roles, calling({ arn })])).to.equal(urn(ROLE, "b"));
  });

  it("takes none if neither decides", () => {
    const twins = [
      resource(SUBNET_GROUP, "a", { name: "main", subnetIds: [] }, { id: "main", provider: "one" }),
      resource(SUBNET_GROUP, "b", { name: "main", subnetIds: [] }, { id: "main", provider: "two" }),
      resource(DATABASE, "db", { dbSubnetGroupName: "main" }, { provider: "one" }),
    ];
    const placement = graphFromResources(twins).managedResources.get(urn(DATABASE, "db"))?.placement;
    expect(placement?.subnets).to.deep.equal([UNKNOWN]);
  });

  it("takes no resource of another account, even if it is the only one in the stack", () => {
    const arn = "arn:aws:lambda:us-east-1:111111111111:function:caller";
    expect(roleOf([...roles, calling({ arn })])).to.equal("app");
  });

  it("does not take a name for an id of EC2, which is unique", () => {
    const twin = (name: string, region: string) =>
      resource(FUNCTION, name, { name: "worker-deadbeef", region }, { id: "worker-deadbeef" });
    const url = resource("aws:lambda/permission:Permission", "url", {
      function: "worker-deadbeef",
      region: "us-east-1",
    });
    const graph = graphFromResources([twin("a", "eu-west-1"), twin("b", "us-east-1"), url]);
    expect(graph.permissions[0]?.function).to.equal(urn(FUNCTION, "b"));
  });

  it("follows an ARN to its own account and Region only", () => {
    const worker = (region: string) =>
      resource(FUNCTION, `worker-${region}`, {
        name: "worker",
        arn: `arn:aws:lambda:${region}:123456789012:function:worker`,
      });
    const permission = (arn: string) =>
      resource("aws:lambda/permission:Permission", "permission", { function: arn });
    const functionOf = (arn: string) =>
      graphFromResources([worker("eu-west-1"), worker("us-east-1"), permission(arn)]).permissions[0]
        ?.function;
    const arnIn = (region: string) => `arn:aws:lambda:${region}:123456789012:function:worker`;
    expect(functionOf(`${arnIn("us-east-1")}:live`)).to.equal(urn(FUNCTION, "worker-us-east-1"));
    expect(functionOf(arnIn("eu-west-3"))).to.equal(arnIn("eu-west-3"));
  });
});
