import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { startRecording } from "../../../../preflight/sources/mocks/recorder.js";
import { stackNames } from "../../../../preflight/sources/stack-files.js";

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
});

describe("stackNames", () => {
  it("lists the stacks that have a file", () => {
    expect(stackNames()).to.deep.equal(["dev", "prod"]);
  });
});
