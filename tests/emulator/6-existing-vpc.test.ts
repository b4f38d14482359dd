import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { ec2, first, functionConfiguration, invoke } from "./lab/aws.js";
import { configure, copyProgram, exported, linkModules, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "existing";
const ZONES = ["a", "b"] as const;

/** A VPC that another team made: a private subnet in each of two zones, with one route table behind a NAT gateway. */
async function makeVpc() {
  const idOf = async (action: string, tag: string, input: Readonly<Record<string, string>>) => {
    const id = first(await ec2(action, input), tag);
    if (id === undefined) throw new Error(`${action} made nothing`);
    return id;
  };
  const vpcId = await idOf("CreateVpc", "vpcId", { CidrBlock: "10.9.0.0/16" });
  await ec2("ModifyVpcAttribute", { VpcId: vpcId, "EnableDnsHostnames.Value": "true" });
  const subnet = (zone: string, CidrBlock: string) =>
    idOf("CreateSubnet", "subnetId", { VpcId: vpcId, CidrBlock, AvailabilityZone: `eu-west-1${zone}` });
  const subnets = await Promise.all(ZONES.map((zone, i) => subnet(zone, `10.9.${i}.0/24`)));
  const publicSubnet = await subnet("a", "10.9.16.0/24");
  const gatewayId = await idOf("CreateInternetGateway", "internetGatewayId", {});
  await ec2("AttachInternetGateway", { InternetGatewayId: gatewayId, VpcId: vpcId });
  const allocationId = await idOf("AllocateAddress", "allocationId", { Domain: "vpc" });
  const natGatewayId = await idOf("CreateNatGateway", "natGatewayId", {
    SubnetId: publicSubnet,
    AllocationId: allocationId,
    ConnectivityType: "public",
  });
  const associations: string[] = [];
  const table = async (target: Readonly<Record<string, string>>, ids: readonly string[]) => {
    const RouteTableId = await idOf("CreateRouteTable", "routeTableId", { VpcId: vpcId });
    await ec2("CreateRoute", { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", ...target });
    for (const SubnetId of ids) {
      associations.push(await idOf("AssociateRouteTable", "associationId", { RouteTableId, SubnetId }));
    }
    return RouteTableId;
  };
  const publicTable = await table({ GatewayId: gatewayId }, [publicSubnet]);
  const privateTable = await table({ NatGatewayId: natGatewayId }, subnets);
  // The lab's provider cannot say that it found none.
  const gateway = (service: string) =>
    idOf("CreateVpcEndpoint", "vpcEndpointId", {
      VpcId: vpcId,
      ServiceName: `com.amazonaws.eu-west-1.${service}`,
      VpcEndpointType: "Gateway",
      "RouteTableId.1": privateTable,
    });
  const [dynamodb, s3] = [await gateway("dynamodb"), await gateway("s3")];
  const remove = async () => {
    await ec2("DeleteVpcEndpoints", { "VpcEndpointId.1": dynamodb, "VpcEndpointId.2": s3 });
    await ec2("DeleteNatGateway", { NatGatewayId: natGatewayId });
    await ec2("ReleaseAddress", { AllocationId: allocationId });
    for (const AssociationId of associations) await ec2("DisassociateRouteTable", { AssociationId });
    for (const RouteTableId of [publicTable, privateTable]) await ec2("DeleteRouteTable", { RouteTableId });
    for (const SubnetId of [...subnets, publicSubnet]) await ec2("DeleteSubnet", { SubnetId });
    await ec2("DetachInternetGateway", { InternetGatewayId: gatewayId, VpcId: vpcId });
    await ec2("DeleteInternetGateway", { InternetGatewayId: gatewayId });
    await ec2("DeleteVpc", { VpcId: vpcId });
  };
  return { vpcId, subnets, natGatewayId, endpoints: { dynamodb, s3 }, remove };
}

describe("A stack in a VPC that another team made", () => {
  const folder = copyProgram("existing");
  let vpc: Awaited<ReturnType<typeof makeVpc>>;
  const describe = () => ec2("DescribeVpcs", { "VpcId.1": vpc.vpcId });
  const failed = async () =>
    proofReports(graphFromResources(await exported(folder, STACK)))
      .filter(({ ok }) => !ok)
      .map(({ id }) => id);

  before(async () => {
    linkModules(folder);
    vpc = await makeVpc();
    configure(folder, STACK, {
      networking: "vpc",
      function: KNOWN_RUNTIME,
      parameters: { path: "/lambda-networking/existing", values: { greeting: "hello" } },
      vpc: {
        existing: {
          id: vpc.vpcId,
          subnets: Object.fromEntries(ZONES.map((zone, i) => [`eu-west-1${zone}`, vpc.subnets[i]])),
          nat: true,
          endpoints: vpc.endpoints,
        },
      },
      endpoints: { ssm: false },
    });
    await pulumi(folder, "stack", "init", STACK);
  });

  after(async () => {
    await vpc.remove();
  });

  it("is deployed into its subnets, with no network of its own", async () => {
    const operations = await up(folder, STACK);
    const made = [...operations].filter(([, op]) => op === "create").map(([key]) => key);
    expect(made.filter((key) => /:(Vpc|Subnet|RouteTable|Route|NatGateway) /.test(key))).to.deep.equal([]);
    const { functionName, vpcId } = await outputsOf(folder, STACK);
    expect(vpcId).to.equal(vpc.vpcId);
    const { VpcConfig } = await functionConfiguration(functionName);
    expect(VpcConfig?.SubnetIds).to.have.members([...vpc.subnets]);
    expect((await invoke(functionName)).failed).to.equal(false);
  });

  it("is proved from its export, through the owner's NAT gateway", async () => {
    const resources = await exported(folder, STACK);
    const proofs = proofReports(graphFromResources(resources));
    expect(await failed()).to.deep.equal([]);
    const toSsm = proofs.find(({ id }) => id === "fetcher reach ssm:443");
    expect(toSsm?.verdict).to.deep.include({ via: "nat" });
    expect(toSsm?.verdict.path.map(({ at }) => at.id)).to.include(vpc.natGatewayId);
  });

  it("leaves the VPC when it is destroyed", async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
    expect(await describe()).to.contain(vpc.vpcId);
  });
});
