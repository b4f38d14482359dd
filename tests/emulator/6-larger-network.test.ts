import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { ec2, first, functionConfiguration } from "./lab/aws.js";
import { configure, copyProgram, exported, linkModules, lost, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "network";

describe("A network that outgrows the default", () => {
  const folder = copyProgram("network");
  let transitGateway = "";

  const deploy = (vpc: object) => {
    configure(folder, STACK, {
      networking: "vpc",
      function: KNOWN_RUNTIME,
      parameters: { path: "/lambda-networking/network", values: { greeting: "hello" } },
      api: { endpointType: "REGIONAL" },
      // The lab does not delete a gateway endpoint whose route tables changed.
      endpoints: { ssm: false, dynamodb: false },
      vpc: { cidrBlock: "10.20.0.0/16", availabilityZones: ["eu-west-1a"], ...vpc },
    });
    return up(folder, STACK);
  };
  const failed = async () =>
    proofReports(graphFromResources(await exported(folder, STACK)))
      .filter(({ ok }) => !ok)
      .map(({ id }) => id);

  before(async () => {
    linkModules(folder);
    transitGateway = first(await ec2("CreateTransitGateway", {}), "transitGatewayId") ?? "";
    await pulumi(folder, "stack", "init", STACK);
  });

  after(async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
    await ec2("DeleteTransitGateway", { TransitGatewayId: transitGateway });
  });

  it("gets a secondary block, subnets of functions and a transit gateway, and loses nothing", async () => {
    await deploy({});
    const { functionName } = await outputsOf(folder, STACK);
    const operations = await deploy({
      secondaryCidrBlocks: ["100.64.0.0/16"],
      functionSubnets: { cidrBlock: "100.64.0.0/16" },
      transitGateway: { id: transitGateway, routes: ["10.50.0.0/16"] },
    });
    expect(lost(operations)).to.deep.equal([]);
    const { SubnetIds = [] } = (await functionConfiguration(functionName)).VpcConfig ?? {};
    const subnets = await ec2("DescribeSubnets", { "SubnetId.1": SubnetIds[0] ?? "" });
    expect(first(subnets, "cidrBlock")).to.equal("100.64.0.0/19");
  });

  it("is proved from its export", async () => {
    // Without NAT and without an endpoint there is no way to Parameter Store.
    expect(await failed()).to.deep.equal(["fetcher reach ssm:443"]);
  });
});
