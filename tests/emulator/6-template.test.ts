import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { copyProject, testsOfProject } from "../support/project-copy.js";
import { call, getMessages } from "./lab/aws.js";
import { makeFolder, outputsOf, pulumi, up } from "./lab/project.js";

/** What the README says to type, from a clone of the project to the answer. */
describe("a project that pulumi new makes", () => {
  const clone = makeFolder("clone");
  const project = join(makeFolder("projects"), "orders");
  copyProject(clone);
  after(async () => {
    for (const stack of ["dev", "staging"])
      await pulumi(project, "destroy", "--stack", stack, "--yes", "--skip-preview");
  });

  it("is made in a new folder, with its modules, and has another name", async () => {
    process.env.npm_config_prefer_offline = "true";
    await pulumi(clone, "new", clone, "--dir", project, "--name", "orders", "--stack", "dev", "--yes");
    const { name, template } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"));
    expect({ name, template }).to.deep.equal({ name: "orders", template: undefined });
  });

  it("answers after its first update", async () => {
    const { config } = parse(readFileSync(join(project, "Pulumi.dev.yaml"), "utf8"));
    const { values } = config["orders:parameters"] ?? config.parameters;
    await up(project, "dev");
    const { apiId, firstParameterCommand } = await outputsOf(project, "dev");
    expect(await getMessages(apiId)).to.deep.equal({ status: 200, body: { messages: values } });
    expect(firstParameterCommand).to.equal("");
  });

  it("answers in another environment after the command that an output names", async () => {
    await pulumi(project, "stack", "init", "staging");
    await pulumi(project, "config", "set", "aws:region", "eu-west-1", "--stack", "staging");
    await pulumi(project, "config", "set", "networking", "public", "--stack", "staging");
    await up(project, "staging");
    const { apiId, firstParameterCommand } = await outputsOf(project, "staging");
    expect((await getMessages(apiId)).status).to.equal(404);
    const [, name = "", value = ""] =
      /^aws ssm put-parameter --region eu-west-1 --name (\S+) --type String --value (\S+)$/.exec(
        firstParameterCommand,
      ) ?? [];
    await call("ssm", "AmazonSSM.PutParameter", { Name: name, Value: value, Type: "String" });
    // "There are none" is kept for five seconds.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const greeting = { status: 200, body: { messages: { greeting: value } } };
    expect(await getMessages(apiId)).to.deep.equal(greeting);
  });

  it("has no red test, with its name, its stack files and a third stack", function () {
    this.timeout(600_000);
    const { status, output } = testsOfProject(project);
    expect(status, output).to.equal(0);
  });
});
