import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { synthesize } from "../../../../preflight/sources/mocks/synthesize.js";
import { holdingRejections, record } from "../../../support/components.js";
import { build, propertyOf, stackFile } from "../../../support/stacks.js";

/** What is wrong with a program that makes a resource or asks a question. */
function errorOf(make: () => unknown): Promise<unknown> {
  return holdingRejections(async () => {
    try {
      await record(make);
      return undefined;
    } catch (error) {
      return error;
    }
  });
}

describe("the sandbox's AWS", () => {
  it("knows no resource that nobody told it of: a guess would be proof of nothing", async () => {
    const error = await errorOf(() => new aws.kinesis.Stream("unknown"));
    expect(String(error)).to.contain("does not know the type aws:kinesis/stream:Stream");
  });

  it("knows no question that nobody told it of", async () => {
    const error = await errorOf(() => aws.ec2.getAmi({ owners: ["self"] }));
    expect(String(error)).to.contain("does not know the call aws:ec2/getAmi:getAmi");
  });

  it("is in the stack's own region and account", async () => {
    const { resources, outputs } = await synthesize(stackFile("dev"), { accountId: "999988887777" });
    expect(outputs.functionArn).to.match(/^arn:aws:lambda:eu-west-1:999988887777:function:/);
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.to.contain("111122223333");
    const file = stackFile("dev");
    const elsewhere = await synthesize({
      ...file,
      region: "us-east-1",
      config: { ...file.config, "aws:region": "us-east-1" },
    });
    expect(elsewhere.outputs.region).to.equal("us-east-1");
  });

  it("gives the same ids in every run, so that two reports can be compared", async () => {
    const [first, second] = [await synthesize(stackFile("prod")), await synthesize(stackFile("prod"))];
    expect(second.outputs).to.deep.equal(first.outputs);
    const byUrn = (all: typeof first.resources) => [...all].map(({ urn, id }) => `${urn} ${id}`).sort();
    expect(byUrn(second.resources)).to.deep.equal(byUrn(first.resources));
  });

  it("says nothing at a preview that only AWS can say", async () => {
    const { outputs } = await build("prod", {}, { preview: true });
    for (const name of ["vpcId", "apiUrl", "functionArn"]) expect(outputs[name], name).to.equal(UNKNOWN);
  });

  it("has zones for whoever names one, whatever its letter", async () => {
    // us-east-1 has six zones; the sandbox knows no region's list, so it must not refuse what AWS has.
    const resources = await build("prod", { vpc: { availabilityZones: ["eu-west-1d", "eu-west-1a"] } });
    const subnetIds = propertyOf(resources.one("ec2/vpcEndpoint:VpcEndpoint", "ssm-endpoint"), "subnetIds");
    expect(subnetIds).to.have.length(2);
  });
});

describe("a synthesis", () => {
  it("refuses a wrong configuration with every mistake, before any resource", async () => {
    let failure: unknown;
    try {
      await synthesize(stackFile("dev", { networking: "both", api: { stageName: "" } }));
    } catch (error) {
      failure = error;
    }
    expect(pulumi.RunError.isInstance(failure)).to.equal(true);
    expect(String(failure)).to.match(
      /2 mistakes in the configuration of stack dev:[\s\S]*networking[\s\S]*api\.stageName/,
    );
  });

  it("leaves nothing behind for the next one", async () => {
    const before = process.env.PULUMI_CONFIG_SECRET_KEYS;
    await synthesize(stackFile("dev", { secretParameters: { token: "x" } }));
    expect(process.env.PULUMI_CONFIG_SECRET_KEYS).to.equal(before);
    const { resources } = await synthesize(stackFile("dev"));
    expect(resources.some(({ name }) => name === "parameters-token")).to.equal(false);
  });

  it("refuses a secret parameter that stands in plain text in the stack's file", async () => {
    const file = { ...stackFile("dev", { secretParameters: { token: "hunter2" } }), secretKeys: [] };
    let failure: unknown;
    try {
      await synthesize(file);
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.contain("pulumi config set --secret").and.not.to.contain("hunter2");
  });
});

describe("a recording", () => {
  it("has secrets opened, and says which inputs they are", async () => {
    const resources = await record(
      () => new aws.ssm.Parameter("p", { name: "/p", type: "SecureString", value: pulumi.secret("open") }),
    );
    const parameter = resources.one("ssm/parameter:Parameter");
    expect(parameter.inputs.value).to.equal("open");
    expect(parameter.secrets).to.deep.equal(["value"]);
  });

  it("says what a value comes from", async () => {
    const resources = await record(() => {
      const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.0.0.0/16" });
      new aws.ec2.InternetGateway("i", { vpcId: vpc.id });
    });
    const { urn } = resources.one("ec2/vpc:Vpc");
    const gateway = resources.one("ec2/internetGateway:InternetGateway");
    expect(gateway.propertyDependencies).to.deep.include({ vpcId: [urn] });
    expect(gateway.dependencies).to.deep.equal([urn]);
  });

  it("is unknown, at a preview, wherever an id goes, not empty", async () => {
    const resources = await record(
      () => {
        const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.0.0.0/16" });
        new aws.ec2.InternetGateway("i", { vpcId: vpc.id });
      },
      { preview: true },
    );
    expect(resources.one("ec2/vpc:Vpc").id).to.equal(undefined);
    expect(resources.one("ec2/internetGateway:InternetGateway").inputs.vpcId).to.equal(UNKNOWN);
  });
});
