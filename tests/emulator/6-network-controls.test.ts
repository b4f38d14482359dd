import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proveIntents } from "../../preflight/reachability/index.js";
import { ec2, getMessages } from "./lab/aws.js";
import {
  configure,
  copyProgram,
  exported,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  tryPulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME, knownApi } from "./lab/stacks.js";

const STACK = "controls";

/** All that an XML answer says in a tag. */
const texts = (xml: string, tag: string) =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, text = ""]) => text);

describe("a network with its own ACLs and flow logs in a bucket", () => {
  const folder = copyProgram("controls");
  let outputs: Outputs;
  let hasBucket = true;

  const deploy = (destination: string) =>
    configure(folder, STACK, {
      networking: "vpc",
      function: KNOWN_RUNTIME,
      parameters: { path: `/lambda-networking/${STACK}`, values: { greeting: "hello" } },
      api: knownApi(folder, "prod"),
      vpc: {
        cidrBlock: "10.60.0.0/16",
        nat: "single",
        networkAcls: true,
        flowLogs: { destination, trafficType: "ALL", retentionInDays: 30 },
      },
      // The emulator offers no interface endpoint for DynamoDB.
      endpoints: { executeApi: { allowFrom: ["privateSubnets", "172.20.0.0/16"] } },
    });

  before(async () => {
    linkModules(folder);
    deploy("s3");
    await pulumi(folder, "stack", "init", STACK);
    const { status, output } = await tryPulumi(folder, "preview", "--stack", STACK);
    if (status !== 0) {
      // Any other mistake shows up again in the update without the bucket.
      expect(output).to.contain("BucketLifecycleConfiguration");
      console.log(
        "        SKIPPED flow logs in a bucket: the provider plugin does not know a rule's expiration",
      );
      hasBucket = false;
      deploy("cloud-watch-logs");
    }
    await up(folder, STACK);
    outputs = await outputsOf(folder, STACK);
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("answers through them", async () => {
    expect(await getMessages(outputs.apiId)).to.deep.include({ status: 200 });
  });

  it("has an ACL for each tier, with rules both ways, on that tier's subnets", async () => {
    const xml = await ec2("DescribeNetworkAcls", {
      "Filter.1.Name": "vpc-id",
      "Filter.1.Value.1": outputs.vpcId,
      "Filter.2.Name": "default",
      "Filter.2.Value.1": "false",
    });
    expect(new Set(texts(xml, "networkAclId")).size).to.equal(2);
    const subnets = [...outputs.publicSubnetIds, ...outputs.privateSubnetIds];
    expect(texts(xml, "subnetId")).to.have.members(subnets);
    // Without the last rule of each direction, which denies the rest.
    const rules = texts(xml, "ruleNumber").filter((number) => number !== "32767");
    expect(rules.length).to.be.above(10);
    expect(texts(xml, "cidrBlock")).to.include("172.20.0.0/16");
  });

  it("logs all traffic as Parquet to its bucket", async function () {
    if (!hasBucket) return this.skip();
    const xml = await ec2("DescribeFlowLogs", {});
    expect(texts(xml, "resourceId")).to.include(outputs.vpcId);
    expect(texts(xml, "logDestination").join()).to.match(/^arn:aws:s3:::lambda-networking-controls-/);
    expect(texts(xml, "logDestinationType")).to.include("s3");
  });

  it("keeps every intent, proved from what is deployed", async () => {
    const proofs = proveIntents(graphFromResources(await exported(folder, STACK)));
    expect(proofs.filter(({ ok }) => !ok).map(({ failure }) => failure)).to.deep.equal([]);
    expect(proofs.length).to.be.above(10);
  });
});
