import { expect } from "chai";
import { configure, copyProgram, linkModules, pulumi, tryPulumi } from "./lab/project.js";

describe("pulumi preview with mistakes in the configuration", () => {
  const folder = copyProgram("mistakes");
  let output = "";

  before(async () => {
    linkModules(folder);
    configure(folder, "wrong", {
      networking: "privat",
      vpc: { cidrBlock: "10.20.0.1/16", nat: "perZone" },
      function: { timeout: 901, runtme: "nodejs22.x" },
      parameters: { path: "messages" },
      secretParameters: { password: "in plain text" },
      endpoint: {},
    });
    await pulumi(folder, "stack", "init", "wrong");
  });

  it("fails if the configuration has mistakes", async () => {
    const preview = await tryPulumi(folder, "preview", "--stack", "wrong");
    expect(preview.status).not.to.equal(0);
    output = preview.output;
  });

  for (const [key, fix] of [
    ["networking", '"privat". Write "public" or "vpc".'],
    ["vpc.cidrBlock", '"10.20.0.1/16". It is not canonical. Write 10.20.0.0/16.'],
    ["vpc.nat", '"perZone". Write "none", "single", "perAz" or "regional".'],
    ["function.timeout", "901. Write a whole number of seconds from 1 to 29"],
    ["function.runtme", '"nodejs22.x". There is no such key. Did you mean runtime?'],
    ["parameters.path", '"messages". It does not start with a slash. Write /messages.'],
    ["secretParameters", "(secret). It is in plain text. Set each with: pulumi config set --secret"],
    ["endpoint", "{}. There is no such key. Did you mean endpoints?"],
  ] as const) {
    it(`reports ${key}, and what to write instead`, () => {
      expect(output).to.contain(`${key}: ${fix}`);
    });
  }

  it("reports the number of mistakes without a stack trace", () => {
    expect(output).to.contain("8 mistakes in the configuration of stack wrong:");
    expect(output).not.to.match(/^\s+at .*[:(]/m);
    expect(output).not.to.contain("node_modules");
    expect(output).not.to.contain('in plain text"');
  });

  it("registers no resource", async () => {
    expect(output).not.to.contain("aws:");
    const { stdout } = await pulumi(folder, "stack", "export", "--stack", "wrong");
    expect(JSON.parse(stdout).deployment.resources ?? []).to.deep.equal([]);
  });
});
