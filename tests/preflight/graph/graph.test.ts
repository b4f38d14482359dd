import { expect } from "chai";
import { graphFromResources, UNKNOWN } from "../../../preflight/graph/index.js";
import { publicStack, Stack, urnOf, vpcStack } from "./fixtures.js";

const GRAPH = graphFromResources(vpcStack().resources);

describe("graphFromResources", () => {
  it("reads the account and the Region from the stack's ARNs and services", () => {
    expect([GRAPH.account, GRAPH.region]).to.deep.equal(["123456789012", "eu-west-1"]);
  });

  it("resolves references by id, ARN and name", () => {
    const [byArn] = GRAPH.functions.values();
    expect(byArn?.role).to.equal(urnOf("role", "fetcher-role"));
    const [byName] = GRAPH.roles.values();
    expect(byName?.policies.map(({ ref }) => ref.name)).to.deep.equal(["fetcher-policy"]);
    expect(GRAPH.permissions[0]?.function).to.equal(urnOf("function", "fetcher"));
  });

  it("keeps the id of a resource outside the stack, and finds no resource under it", () => {
    const graph = graphFromResources(vpcStack().with("private-a", { vpcId: "vpc-elsewhere" }).resources);
    const subnet = graph.subnets.get(urnOf("subnet", "private-a"));
    expect(subnet?.vpc).to.equal("vpc-elsewhere");
    expect(graph.vpcs.get("vpc-elsewhere")).to.equal(undefined);
    expect(graph.refOf("vpc-elsewhere").name).to.equal("vpc-elsewhere");
  });

  it("gives a subnet its associated route table or, without an association, the main one", () => {
    const graph = graphFromResources(vpcStack().without("private-a-association").resources);
    const subnet = graph.subnets.get(urnOf("subnet", "private-a"));
    expect([subnet?.routeTable, subnet?.hasRouteTableAssociation]).to.deep.equal([
      `${urnOf("vpc", "vpc")}#default-route-table`,
      false,
    ]);
  });

  it("leaves a subnet's route table unknown if the subnet of an association is unknown", () => {
    const graph = graphFromResources(
      vpcStack().with("private-a-association", { subnetId: UNKNOWN }).resources,
    );
    expect(graph.subnets.get(urnOf("subnet", "private-a"))?.routeTable).to.equal(UNKNOWN);
    expect(graph.subnets.get(urnOf("subnet", "private-b"))?.routeTable).to.equal(
      urnOf("table", "private-table-b"),
    );
  });

  it("creates no default table, ACL or group for a default VPC, because it is older than the stack", () => {
    const [vpc] = vpcStack().resources;
    if (vpc === undefined) throw new Error("no VPC");
    const graph = graphFromResources([{ ...vpc, type: "aws:ec2/defaultVpc:DefaultVpc" }]);
    expect([graph.routeTables.size, graph.networkAcls.size, graph.securityGroups.size]).to.deep.equal([
      0, 0, 0,
    ]);
  });

  it("merges inline and separate rules of a security group", () => {
    const graph = graphFromResources(
      vpcStack().with("api-group", {
        ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["10.0.0.0/8"], self: true }],
      }).resources,
    );
    const group = graph.securityGroups.get(urnOf("group", "api-group"));
    expect(group?.ingress.map(({ fromPort, peer }) => [fromPort, peer.kind])).to.deep.equal([
      [80, "cidr"],
      [80, "security-group"],
      [443, "cidr"],
    ]);
  });

  it("collects a role's policies, and knows the AWS managed ones that functions commonly have", () => {
    const attached = (name: string, policyArn: string) => (stack: Stack) =>
      stack.add("attachment", name, { role: "fetcher-role-id", policyArn });
    const base = "arn:aws:iam::aws:policy";
    const stack = attached(
      "b-else",
      `${base}/PowerUserAccess`,
    )(attached("a-basic", `${base}/service-role/AWSLambdaBasicExecutionRole`)(vpcStack()));
    const [role] = graphFromResources(stack.resources).roles.values();
    const documents = role?.policies.map(({ document }) => document === UNKNOWN);
    expect(documents).to.deep.equal([false, false, true]);
  });

  it("reads the paths of methods through nested resources", () => {
    const nested = vpcStack()
      .with("messages", { parentId: "v1-id" })
      .add("apiResource", "v1", { restApi: "api-id", parentId: "api-root", pathPart: "v1" });
    const [api] = graphFromResources(nested.resources).apis.values();
    expect(api?.methods.map(({ httpMethod, path }) => [httpMethod, path])).to.deep.equal([
      ["GET", "/v1/messages"],
    ]);
    expect(api?.methods[0]?.integration?.function).to.equal(urnOf("function", "fetcher"));
  });

  it("gives a function without a vpcConfig no placement", () => {
    const [outside] = graphFromResources(publicStack().resources).functions.values();
    expect(outside?.placement).to.equal(undefined);
  });

  it("builds a graph of 10,000 resources in about a second", () => {
    const many = Array.from({ length: 2500 }, (_, i) => i).reduce<Stack["resources"][number][]>((all, i) => {
      all.push(
        ...new Stack([])
          .add("subnet", `s${i}`, { vpcId: "vpc-id", cidrBlock: `10.${i >> 8}.${i & 255}.0/24` })
          .add("table", `t${i}`, { vpcId: "vpc-id" })
          .add("association", `a${i}`, { subnetId: `s${i}-id`, routeTableId: `t${i}-id` })
          .add("route", `r${i}`, {
            routeTableId: `t${i}-id`,
            destinationCidrBlock: "0.0.0.0/0",
            gatewayId: "igw-id",
          }).resources,
      );
      return all;
    }, []);
    const start = performance.now();
    const graph = graphFromResources([...vpcStack().resources, ...many]);
    expect(performance.now() - start).to.be.below(3000);
    expect(graph.subnets.size).to.equal(2504);
  });
});
