import { appendFileSync } from "node:fs";
import { join } from "node:path";
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
      "orders:vpc": { nat: "none" },
      "aws:region": "eu-west-11",
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
    ["vpc.nat", '"perZone". Write "none", "single", "perAz", "regional" or "instance".'],
    ["function.timeout", "901. Write a whole number of seconds from 1 to 29"],
    ["function.runtme", '"nodejs22.x". There is no such key. Did you mean runtime?'],
    ["parameters.path", '"messages". It does not start with a slash. Write /messages.'],
    ["secretParameters.password", "(secret). It is in plain text. Set it: pulumi config set --secret --path"],
    ["orders:vpc", '{"nat":"none"}. This is project lambda-networking, so nobody reads it. Write vpc:'],
    ["aws:region", '"eu-west-11". AWS has no Region'],
    ["endpoint", "{}. There is no such key. Did you mean endpoints?"],
  ] as const) {
    it(`reports ${key}, and what to write instead`, () => {
      expect(output).to.contain(`${key}: ${fix}`);
    });
  }

  it("reports the number of mistakes without a stack trace", () => {
    expect(output).to.contain("10 mistakes in the configuration of stack wrong:");
    expect(output).not.to.match(/^\s+at .*[:(]/m);
    expect(output).not.to.contain("node_modules");
    expect(output).not.to.contain('in plain text"');
  });

  it("registers no resource", async () => {
    expect(output).not.to.match(/aws:\w+:[A-Z]/);
    const { stdout } = await pulumi(folder, "stack", "export", "--stack", "wrong");
    expect(JSON.parse(stdout).deployment.resources ?? []).to.deep.equal([]);
  });
});

describe("pulumi preview of a stack's file that configures nothing", () => {
  const folder = copyProgram("headless");
  before(() => linkModules(folder));

  for (const [stack, text, mistake] of [
    ["empty", "", "Pulumi.empty.yaml: "],
    ["headless", "networking: vpc\n", "Pulumi.headless.yaml: "],
    ["misspelt", "confg:\n  networking: vpc\n", "Write config: in place of confg:."],
  ] as const) {
    it(`is one mistake: ${stack}`, async () => {
      // First, because the CLI itself drops such keys when it writes the file.
      await pulumi(folder, "stack", "init", stack);
      appendFileSync(join(folder, `Pulumi.${stack}.yaml`), `\n${text}`);
      const { status, output } = await tryPulumi(folder, "preview", "--stack", stack);
      expect(status).not.to.equal(0);
      expect(output).to.contain(`1 mistake in the configuration of stack ${stack}:`).and.to.contain(mistake);
    });
  }
});
