import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { configure, copyProgram, linkModules, makeFolder, pulumi } from "./lab/project.js";
import { KNOWN_RUNTIME, knownApi } from "./lab/stacks.js";

describe("pulumi new, from the program as a template", () => {
  const template = copyProgram("template");
  const project = makeFolder("new");

  it("makes a project of another name", async () => {
    await pulumi(project, "new", template, "--generate-only", "--yes", "--name", "my-messages");
    const { name, template: left } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"));
    expect({ name, left }).to.deep.equal({ name: "my-messages", left: undefined });
  });

  it("whose prod is previewed in vpc networking, by the stack file that came with it", async () => {
    linkModules(project);
    configure(project, "prod", { function: KNOWN_RUNTIME, api: knownApi(project, "prod") });
    await pulumi(project, "stack", "init", "prod");
    const { output } = await pulumi(project, "preview", "--stack", "prod");
    expect(output).to.match(/\+ \d+ to create/);
    expect(output).to.match(/networking +: "vpc"/);
  });
});
