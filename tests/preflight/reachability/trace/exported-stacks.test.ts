import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../../../preflight/graph/index.js";
import { parsePlace, trace, type Verdict } from "../../../../preflight/reachability/index.js";
import { expectBlocked, expectReachable, expectUnknown } from "../support.js";

type Outputs = Record<string, unknown>;
type Row = readonly [type: string, name: string, id: string, outputs: Outputs, parent?: string];

/** An export of some other project, every reference by id as the provider wrote it. */
function exported(rows: readonly Row[]): unknown {
  const urn = (type: string, name: string) => `urn:pulumi:live::shop::${type}::${name}`;
  return {
    version: 3,
    deployment: {
      manifest: {},
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "shop-live"), custom: false, type: "pulumi:pulumi:Stack" },
        ...rows.map(([type, name, id, outputs, parent]) => ({
          urn: urn(type, name),
          custom: true,
          id,
          type,
          inputs: outputs,
          outputs: { ...outputs, id },
          parent: parent ?? urn("pulumi:pulumi:Stack", "shop-live"),
        })),
      ],
    },
  };
}

function ask(rows: readonly Row[], from: string, to: string): Verdict {
  const graph = graphFromResources(resourcesFromExport(exported(rows)));
  return trace(graph, parsePlace(from, graph), parsePlace(to, graph));
}

const EMPTY = { ipv6CidrBlocks: [], prefixListIds: [], securityGroups: [], self: false, description: "" };
const ANY_OUT = { ...EMPTY, protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const ROUTE = { cidrBlock: "0.0.0.0/0", ipv6CidrBlock: "", destinationPrefixListId: "", vpcEndpointId: "" };

/** Everything inline, in the default route table, with one subnet, as people write their first VPC. */
const INLINE: readonly Row[] = [
  [
    "aws:ec2/vpc:Vpc",
    "main",
    "vpc-1",
    {
      cidrBlock: "10.0.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: false,
      ipv6CidrBlock: "",
      defaultRouteTableId: "rtb-0",
      mainRouteTableId: "rtb-0",
      defaultSecurityGroupId: "sg-0",
      defaultNetworkAclId: "acl-0",
    },
  ],
  ["aws:ec2/internetGateway:InternetGateway", "gw", "igw-1", { vpcId: "vpc-1" }],
  [
    "aws:ec2/subnet:Subnet",
    "apps",
    "subnet-1",
    { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24", availabilityZone: "us-east-1a" },
  ],
  [
    "aws:ec2/subnet:Subnet",
    "edge",
    "subnet-2",
    { vpcId: "vpc-1", cidrBlock: "10.0.2.0/24", availabilityZone: "us-east-1a" },
  ],
  [
    "aws:ec2/natGateway:NatGateway",
    "nat",
    "nat-1",
    { subnetId: "subnet-2", allocationId: "eipalloc-1", connectivityType: "public" },
  ],
  [
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    "default",
    "rtb-0",
    {
      defaultRouteTableId: "rtb-0",
      vpcId: "vpc-1",
      routes: [{ ...ROUTE, gatewayId: "", natGatewayId: "nat-1" }],
    },
  ],
  [
    "aws:ec2/routeTable:RouteTable",
    "edge",
    "rtb-2",
    { vpcId: "vpc-1", routes: [{ ...ROUTE, gatewayId: "igw-1", natGatewayId: "" }] },
  ],
  [
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "edge",
    "assoc-2",
    { subnetId: "subnet-2", routeTableId: "rtb-2" },
  ],
  ["aws:ec2/securityGroup:SecurityGroup", "app", "sg-1", { vpcId: "vpc-1", ingress: [], egress: [ANY_OUT] }],
  [
    "aws:lambda/function:Function",
    "worker",
    "worker-1a2b",
    {
      name: "worker-1a2b",
      arn: "arn:aws:lambda:us-east-1:210987654321:function:worker-1a2b",
      role: "arn:aws:iam::210987654321:role/elsewhere",
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], vpcId: "vpc-1" },
    },
  ],
];

function replace(name: string, outputs: Outputs): readonly Row[] {
  return INLINE.map((row) => (row[1] === name ? [row[0], row[1], row[2], { ...row[3], ...outputs }] : row));
}

describe("trace in an exported stack of another project", () => {
  it("reads inline rules and a default route table that the stack adopts", () => {
    expectReachable(ask(INLINE, "worker", "internet"), "nat");
    expectReachable(ask(INLINE, "apps", "sqs"), "nat");
    expectUnknown(ask(INLINE, "worker-1a2b", "sqs"), "arn:aws:iam::210987654321:role/elsewhere");
    expectBlocked(ask(INLINE, "internet", "worker"), "worker", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  });

  it("names the group of an inline rule and the default route table if they block", () => {
    const narrow = replace("app", { egress: [{ ...ANY_OUT, cidrBlocks: ["10.0.0.0/16"] }] });
    expectBlocked(ask(narrow, "worker", "internet"), "app", "ENI_SG_RULES_MISMATCH");
    expectBlocked(
      ask(replace("default", { routes: [] }), "worker", "internet"),
      "default",
      "NO_ROUTE_TO_DESTINATION",
    );
  });

  it("is unknown if it depends on a VPC that is not in the stack", () => {
    const away = INLINE.filter(([, name]) => name !== "main");
    expectUnknown(ask(away, "worker", "sqs"), "vpc-1");
    const cut = away.filter(([, name]) => name !== "app");
    expectUnknown(ask(cut, "worker", "1.1.1.1"), "sg-1");
  });

  it("is unknown if the subnets of a function are not in the stack", () => {
    const elsewhere = replace("worker", {
      vpcConfig: { subnetIds: ["subnet-9"], securityGroupIds: ["sg-1"], vpcId: "vpc-9" },
    });
    expectUnknown(ask(elsewhere, "worker", "internet"), "subnet-9");
  });

  it("blocks at the default group of an endpoint that does not allow the caller", () => {
    const endpoint: Row = [
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "queue",
      "vpce-1",
      {
        vpcId: "vpc-1",
        vpcEndpointType: "Interface",
        serviceName: "com.amazonaws.us-east-1.sqs",
        privateDnsEnabled: true,
        subnetIds: ["subnet-1"],
        securityGroupIds: ["sg-0"],
        policy: JSON.stringify({
          Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
        }),
      },
    ];
    const rows = [...replace("main", { enableDnsHostnames: true }), endpoint];
    const verdict = ask(rows, "worker", "sqs");
    expectBlocked(verdict, "default security group of main", "ENI_SG_RULES_MISMATCH");
    expect(verdict).to.have.property("fix").that.contains("Add an ingress rule for tcp 443 from worker");
  });

  it("accepts logical names, physical names, ids and ARNs", () => {
    for (const name of [
      "worker",
      "worker-1a2b",
      "arn:aws:lambda:us-east-1:210987654321:function:worker-1a2b",
    ]) {
      expectReachable(ask(INLINE, name, "internet"), "nat");
    }
    expectReachable(ask(INLINE, "worker", "subnet-2"), "local");
  });
});
