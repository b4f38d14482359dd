import { expect } from "chai";
import { UserError } from "../../../preflight/errors/user-error.js";
import { graphFromResources, resourcesFromExport, UNKNOWN } from "../../../preflight/graph/index.js";
import { parsePlace, trace } from "../../../preflight/reachability/index.js";
import { vpcStack } from "../graph/fixtures.js";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const BUCKET = {
  urn: "urn:pulumi:prod::shop::aws:ssm/parameter:Parameter::greeting",
  custom: true,
  id: "/messages/greeting",
  type: "aws:ssm/parameter:Parameter",
  inputs: { name: "/messages/greeting" },
  outputs: {
    name: "/messages/greeting",
    arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/messages/greeting",
  },
  parent: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
  propertyDependencies: { name: null, value: ["urn:pulumi:prod::shop::aws:kms/key:Key::key"] },
};

function exported(...resources: readonly unknown[]) {
  return { version: 3, deployment: { manifest: { time: "2026-11-21T00:00:00Z" }, resources } };
}

describe("resourcesFromExport", () => {
  it("returns every resource with its inputs overlaid by its outputs", () => {
    const [resource] = resourcesFromExport(exported(BUCKET));
    expect(resource).to.deep.equal({
      urn: BUCKET.urn,
      type: BUCKET.type,
      name: "greeting",
      parent: BUCKET.parent,
      id: BUCKET.id,
      properties: BUCKET.outputs,
      propertyDependencies: { name: [], value: BUCKET.propertyDependencies.value },
    });
  });

  it("returns encrypted secrets and the engine's unknowns as UNKNOWN, and opens plain-text secrets", () => {
    const outputs = {
      cipher: { [SIGNATURE]: SECRET, ciphertext: "v1:abc" },
      plain: { [SIGNATURE]: SECRET, plaintext: '"hello"' },
      nested: {
        list: [{ [SIGNATURE]: SECRET, ciphertext: "v1:abc" }, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
      },
    };
    const [resource] = resourcesFromExport(exported({ ...BUCKET, inputs: {}, outputs }));
    expect(resource?.properties).to.deep.equal({
      cipher: UNKNOWN,
      plain: "hello",
      nested: { list: [UNKNOWN, UNKNOWN] },
    });
  });

  it("leaves out resources that are pending deletion", () => {
    expect(resourcesFromExport(exported({ ...BUCKET, delete: true }))).to.deep.equal([]);
  });

  it("returns no resources for an empty stack", () => {
    expect(resourcesFromExport({ version: 3, deployment: {} })).to.deep.equal([]);
  });

  const mistakes: readonly (readonly [what: string, json: unknown, message: string])[] = [
    ["nothing", null, "this is null"],
    ["a list", [], "this is a list"],
    ["some other JSON", { name: "package" }, "pulumi stack export"],
    ["a version of the far past", { version: 1, deployment: {} }, "version 1 is not supported"],
    ["resources that are no list", { version: 3, deployment: { resources: {} } }, "is not a list"],
    ["a resource that is no object", exported("x"), "deployment.resources[0] is a string"],
    [
      "a resource without a URN",
      exported({ type: "aws:ec2/vpc:Vpc" }),
      'deployment.resources[0] has no "urn"',
    ],
    ["a resource without a type", exported({ urn: "urn:x" }), 'has no "type"'],
  ];
  for (const [what, json, message] of mistakes) {
    it(`rejects ${what}`, () => expect(() => resourcesFromExport(json)).to.throw(UserError, message));
  }

  it("leads to the same traces as the same resources from another source", () => {
    const stack = vpcStack();
    const file: unknown = JSON.parse(
      JSON.stringify(
        exported(
          ...stack.resources.map(({ urn, type, id, properties }) => ({
            urn,
            type,
            id,
            custom: true,
            inputs: {},
            outputs: properties,
          })),
        ),
      ),
    );
    const [before, after] = [stack.resources, resourcesFromExport(file)].map((resources) =>
      graphFromResources(resources),
    );
    if (before === undefined || after === undefined) throw new Error("two graphs");
    for (const [from, to] of [
      ["fetcher", "ssm"],
      ["fetcher", "internet"],
      ["internet", "GET /messages"],
      ["private subnets", "GET /messages"],
    ] as const) {
      expect(trace(after, parsePlace(from, after), parsePlace(to, after))).to.deep.equal(
        trace(before, parsePlace(from, before), parsePlace(to, before)),
      );
    }
  });

  it("treats the empty values that the provider writes as absent", () => {
    const route = {
      ...{
        cidrBlock: "0.0.0.0/0",
        natGatewayId: "nat-1",
        gatewayId: "",
        vpcEndpointId: "",
        destinationPrefixListId: "",
      },
      ipv6CidrBlock: "",
      egressOnlyGatewayId: "",
      networkInterfaceId: "",
      vpcPeeringConnectionId: "",
    };
    const of = (type: string, name: string, id: string, outputs: unknown) => ({
      urn: `urn:pulumi:p::s::${type}::${name}`,
      type,
      id,
      outputs,
    });
    const graph = graphFromResources(
      resourcesFromExport(
        exported(
          of("aws:ec2/vpc:Vpc", "vpc", "vpc-1", {
            cidrBlock: "10.0.0.0/16",
            ipv6CidrBlock: "",
            mainRouteTableId: "rtb-0",
            defaultRouteTableId: "rtb-0",
          }),
          of("aws:ec2/routeTable:RouteTable", "table", "rtb-1", {
            vpcId: "vpc-1",
            routes: [route],
            propagatingVgws: [],
          }),
          of("aws:lambda/function:Function", "fn", "fn", {
            role: "arn:aws:iam::1:role/x",
            vpcConfig: { subnetIds: [], securityGroupIds: [], vpcId: "", ipv6AllowedForDualStack: false },
          }),
          of("aws:apigateway/restApi:RestApi", "api", "api1", { policy: "", body: "" }),
        ),
      ),
    );
    expect([...graph.functions.values()].map(({ placement }) => placement)).to.deep.equal([undefined]);
    expect([...graph.apis.values()].map(({ policy, hasBody }) => [policy, hasBody])).to.deep.equal([
      [undefined, false],
    ]);
    const table = [...graph.routeTables.values()].find(({ ref }) => ref.name === "table");
    expect(table?.routes.map(({ target }) => target)).to.deep.equal([
      { kind: "local", key: "local" },
      { kind: "nat-gateway", key: "nat-1" },
    ]);
  });
});
