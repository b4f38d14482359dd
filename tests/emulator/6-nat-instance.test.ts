import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { proveIntents } from "../../preflight/reachability/index.js";
import { ec2, first, getMessages, send, text } from "./lab/aws.js";
import {
  configure,
  copyProgram,
  exported,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME, knownApi } from "./lab/stacks.js";

const STACK = "nat";

// Uses a separate program and stack, which no other file uses. The emulator keeps the launch template as it is, but
// starts instances in the default VPC, with an interface of their own and optional metadata tokens. So the instance is
// not looked at: what AWS is told is.
describe("a NAT instance", () => {
  const folder = copyProgram("nat");
  let outputs: Outputs;
  let resources: readonly SourceResource[];

  const idOf = (type: string) =>
    resources.find((each) => each.type.endsWith(type) && each.name === "vpc-nat-instance-a")?.id ?? "none";
  const describeOne = async (action: string, filter: string, type: string) =>
    ec2(action, { [`${filter}.1`]: idOf(type) });

  before(async () => {
    linkModules(folder);
    configure(folder, STACK, {
      networking: "vpc",
      function: KNOWN_RUNTIME,
      parameters: { path: `/lambda-networking/${STACK}`, values: { greeting: "hello" } },
      api: knownApi(folder, "prod"),
      vpc: { cidrBlock: "10.70.0.0/16", nat: "instance" },
      endpoints: { ssm: false },
    });
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK);
    outputs = await outputsOf(folder, STACK);
    resources = await exported(folder, STACK);
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("routes each private subnet to the interface, which has an address and no source/destination check", async () => {
    const id = idOf(":NetworkInterface");
    const tables = await ec2("DescribeRouteTables", {
      "Filter.1.Name": "vpc-id",
      "Filter.1.Value.1": outputs.vpcId,
    });
    const route = `<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><networkInterfaceId>${id}</networkInterfaceId>`;
    expect(tables.split(route)).to.have.length(1 + outputs.privateSubnetIds.length);
    const xml = await describeOne("DescribeNetworkInterfaces", "NetworkInterfaceId", ":NetworkInterface");
    expect(first(xml, "sourceDestCheck")).to.equal("false");
    expect(first(xml, "subnetId")).to.equal(outputs.publicSubnetIds[0]);
    expect(first(xml, "allocationId")).to.equal(idOf(":Eip"));
  });

  it("starts one instance by a template with that interface, AWS's image and metadata of version 2 only", async () => {
    const xml = await ec2("DescribeLaunchTemplateVersions", { LaunchTemplateId: idOf(":LaunchTemplate") });
    expect(first(xml, "networkInterfaceId")).to.equal(idOf(":NetworkInterface"));
    expect(first(xml, "imageId")).to.match(/^resolve:ssm:/);
    expect(first(xml, "httpTokens")).to.equal("required");
    expect(first(xml, "httpPutResponseHopLimit")).to.equal("1");
    expect(first(xml, "encrypted")).to.equal("true");
    const body = new URLSearchParams({
      Action: "DescribeAutoScalingGroups",
      Version: "2011-01-01",
      "AutoScalingGroupNames.member.1": outputs.natInstanceGroupNames[0] ?? "",
    });
    const group = await text("autoscaling", await send("autoscaling", "/", { method: "POST", body }));
    expect(["MinSize", "MaxSize", "DesiredCapacity"].map((tag) => first(group, tag))).to.deep.equal([
      "1",
      "1",
      "1",
    ]);
    expect(first(group, "LifecycleState")).to.equal("InService");
    // The tags of the network's other resources, which are a list here.
    expect(group).to.contain("<Key>component</Key><Value>network</Value>");
  });

  it("keeps every intent, proved from what is deployed", async () => {
    const proofs = proveIntents(graphFromResources(resources));
    expect(proofs.filter(({ ok }) => !ok).map(({ failure }) => failure)).to.deep.equal([]);
    expect(proofs.some(({ intent }) => intent.must === "reach" && intent.via === "nat")).to.equal(true);
    expect(await getMessages(outputs.apiId)).to.deep.include({ status: 200 });
  });
});
