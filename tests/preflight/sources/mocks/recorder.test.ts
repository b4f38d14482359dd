import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { startRecording } from "../../../../preflight/sources/mocks/recorder.js";

describe("startRecording", () => {
  it("reports a second resource of the same type and name as an error, as the engine does", async () => {
    const at = { project: "p", stack: "s", region: "eu-west-1", accountId: "111122223333", preview: false };
    const { errors } = await startRecording(at);
    for (const value of ["a", "b"])
      new aws.ssm.Parameter("twice", { name: `/x/${value}`, type: "String", value });
    await pulumi.runtime.disconnect();
    expect(errors.map(String)).to.have.length(1);
    expect(String(errors[0])).to.contain("Duplicate resource URN").and.contain("::twice");
  });

  it("creates a resource in its own Region, else in its provider's", async () => {
    const at = { project: "p", stack: "s", region: "eu-west-1", accountId: "111122223333", preview: false };
    const { resources } = await startRecording(at);
    const provider = new aws.Provider("us", { region: "us-east-1" });
    new aws.sqs.Queue("near");
    new aws.sqs.Queue("by-provider", {}, { provider });
    new aws.sqs.Queue("by-itself", { region: "ap-south-1" });
    await pulumi.runtime.disconnect();
    const graph = graphFromResources([...resources.values()]);
    const regionOf = (name: string) =>
      graph.homeOf([...resources.keys()].find((urn) => urn.endsWith(`::${name}`)) ?? "").region;
    expect(["near", "by-provider", "by-itself"].map(regionOf)).to.deep.equal([
      "eu-west-1",
      "us-east-1",
      "ap-south-1",
    ]);
    const arns = [...resources.values()].map(({ properties }) => String(properties.arn));
    expect(arns.some((arn) => arn.startsWith("arn:aws:sqs:us-east-1:"))).to.equal(true);
  });
});
