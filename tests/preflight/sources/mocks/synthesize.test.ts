import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { synthesizeProgram } from "../../../../cli/lib/program.js";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { synthesize } from "../../../../preflight/sources/mocks/synthesize.js";
import { holdingRejections, record } from "../../../support/components.js";
import { build, propertyOf, Resources, stackFile } from "../../../support/stacks.js";

/** The error of a program that creates a resource or calls an invoke. */
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

describe("synthesize: mocked AWS", () => {
  it("throws for an unknown resource type, because a guess would prove nothing", async () => {
    const error = await errorOf(() => new aws.kinesis.Stream("unknown"));
    expect(String(error)).to.contain("does not know the type aws:kinesis/stream:Stream");
  });

  it("throws for an unknown invoke", async () => {
    const error = await errorOf(() => aws.ec2.getAmi({ owners: ["self"] }));
    expect(String(error)).to.contain("does not know the call aws:ec2/getAmi:getAmi");
  });

  it("uses the stack's region and account", async () => {
    const { resources, outputs } = await synthesizeProgram(stackFile("dev"), { accountId: "999988887777" });
    expect(outputs.functionArn).to.match(/^arn:aws:lambda:eu-west-1:999988887777:function:/);
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.to.contain("111122223333");
    const file = stackFile("dev");
    const elsewhere = await synthesizeProgram({
      ...file,
      region: "us-east-1",
      config: { ...file.config, "aws:region": "us-east-1" },
    });
    expect(elsewhere.outputs.region).to.equal("us-east-1");
  });

  it("gives the same ids in every run, so that two reports can be compared", async () => {
    const [first, second] = [
      await synthesizeProgram(stackFile("prod")),
      await synthesizeProgram(stackFile("prod")),
    ];
    expect(second.outputs).to.deep.equal(first.outputs);
    const byUrn = (all: typeof first.resources) => [...all].map(({ urn, id }) => `${urn} ${id}`).sort();
    expect(byUrn(second.resources)).to.deep.equal(byUrn(first.resources));
  });

  it("leaves values that only AWS knows unknown at a preview", async () => {
    const { outputs } = await build("prod", {}, { preview: true });
    for (const name of ["vpcId", "apiUrl", "functionArn"]) expect(outputs[name], name).to.equal(UNKNOWN);
  });

  it("accepts an availability zone with any letter", async () => {
    // us-east-1 has six zones. The mocks have no list for each region, so they must not refuse a zone that AWS has.
    const resources = await build("prod", { vpc: { availabilityZones: ["eu-west-1d", "eu-west-1a"] } });
    const subnetIds = propertyOf(resources.one("ec2/vpcEndpoint:VpcEndpoint", "ssm-endpoint"), "subnetIds");
    expect(subnetIds).to.have.length(2);
  });
});

describe("synthesizeProgram", () => {
  it("throws every mistake of an invalid configuration before it creates any resource", async () => {
    let failure: unknown;
    try {
      await synthesizeProgram(stackFile("dev", { networking: "both", api: { stageName: "" } }));
    } catch (error) {
      failure = error;
    }
    expect(pulumi.RunError.isInstance(failure)).to.equal(true);
    expect(String(failure)).to.match(
      /2 mistakes in the configuration of stack dev:[\s\S]*networking[\s\S]*api\.stageName/,
    );
  });

  it("keeps no state for the next run", async () => {
    const before = process.env.PULUMI_CONFIG_SECRET_KEYS;
    await synthesizeProgram(stackFile("dev", { secretParameters: { token: "x" } }));
    expect(process.env.PULUMI_CONFIG_SECRET_KEYS).to.equal(before);
    const { resources } = await synthesizeProgram(stackFile("dev"));
    expect(resources.some(({ name }) => /^parameters-.*token$/.test(name))).to.equal(false);
  });

  it("rejects a secret parameter in plain text in the stack's file", async () => {
    const file = { ...stackFile("dev", { secretParameters: { token: "hunter2" } }), secretKeys: [] };
    let failure: unknown;
    try {
      await synthesizeProgram(file);
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.contain("pulumi config set --secret").and.not.to.contain("hunter2");
  });
});

describe("synthesize", () => {
  const file = { project: "p", stack: "s", region: "eu-west-1", config: {}, secretKeys: [] };
  /** A program with a type that the mocks do not know, a parameter that holds its ARN, and a known type. */
  const program = async () => {
    const stream = new aws.kinesis.Stream("stream", { shardCount: 1 });
    new aws.ssm.Parameter("of-stream", { name: "/s", type: "String", value: stream.arn });
    const queue = new aws.sqs.Queue("queue", {});
    return { stream: stream.arn, id: stream.id, shards: stream.shardCount, queue: queue.arn };
  };

  it("throws for a type that the mocks do not know", async () => {
    const failure = await holdingRejections(() =>
      synthesize(file, { program }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(String(failure)).to.contain("does not know the type aws:kinesis/stream:Stream");
  });

  it("gives such a type an unknown id and unknown outputs if onUnknownType is unknown", async () => {
    const { resources, outputs } = await synthesize(file, { program, onUnknownType: "unknown" });
    const all = new Resources(resources);
    const stream = all.one("kinesis/stream:Stream");
    expect(outputs).to.include({ stream: UNKNOWN, id: UNKNOWN, shards: 1 });
    expect([stream.id, stream.inputs.shardCount]).to.deep.equal([undefined, 1]);
    const parameter = all.one("ssm/parameter:Parameter");
    expect(parameter.properties.value).to.equal(UNKNOWN);
    expect(parameter.propertyDependencies).to.deep.include({ value: [stream.urn] });
  });

  it("still gives known types their ids and outputs if onUnknownType is unknown", async () => {
    const { resources, outputs } = await synthesize(file, { program, onUnknownType: "unknown" });
    const queue = new Resources(resources).one("sqs/queue:Queue");
    expect(outputs.queue).to.be.a("string").and.equal(queue.properties.arn);
    expect(queue.id).to.be.a("string");
  });
});

describe("startRecording", () => {
  it("opens secrets, and names the inputs that hold them", async () => {
    const resources = await record(
      () => new aws.ssm.Parameter("p", { name: "/p", type: "SecureString", value: pulumi.secret("open") }),
    );
    const parameter = resources.one("ssm/parameter:Parameter");
    expect(parameter.inputs.value).to.equal("open");
    expect(parameter.secrets).to.deep.equal(["value"]);
  });

  it("records the dependencies of a value", async () => {
    const resources = await record(() => {
      const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.0.0.0/16" });
      new aws.ec2.InternetGateway("i", { vpcId: vpc.id });
    });
    const { urn } = resources.one("ec2/vpc:Vpc");
    const gateway = resources.one("ec2/internetGateway:InternetGateway");
    expect(gateway.propertyDependencies).to.deep.include({ vpcId: [urn] });
    expect(gateway.dependencies).to.deep.equal([urn]);
  });

  it("records an unknown id as UNKNOWN at a preview, not as empty", async () => {
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
