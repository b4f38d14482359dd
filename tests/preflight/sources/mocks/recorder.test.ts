import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { startRecording } from "../../../../preflight/sources/mocks/recorder.js";
import { stackNames } from "../../../../preflight/sources/stack-files.js";

describe("the recorder", () => {
  it("refuses a resource of a name that its type has already, as the engine does", async () => {
    const at = { project: "p", stack: "s", region: "eu-west-1", accountId: "111122223333", preview: false };
    const { errors } = await startRecording(at);
    for (const value of ["a", "b"])
      new aws.ssm.Parameter("twice", { name: `/x/${value}`, type: "String", value });
    await pulumi.runtime.disconnect();
    expect(errors.map(String)).to.have.length(1);
    expect(String(errors[0])).to.contain("Duplicate resource URN").and.contain("::twice");
  });
});

describe("the stacks of a folder", () => {
  it("are those that have a file", () => {
    expect(stackNames()).to.deep.equal(["dev", "prod"]);
  });
});
