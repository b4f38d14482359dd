import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { configure, copyProgram, linkModules, makeFolder, pulumi } from "./lab/project.js";
import { KNOWN_RUNTIME, knownApi } from "./lab/stacks.js";

describe("pulumi new with the program as template", () => {
  const template = copyProgram("template");
  const project = makeFolder("new");

  it("creates a project with another name", async () => {
    await pulumi(project, "new", template, "--generate-only", "--yes", "--name", "my-messages");
    const { name, template: left } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"));
    expect({ name, left }).to.deep.equal({ name: "my-messages", left: undefined });
  });

  it("previews the new project's prod in vpc networking, by the template's stack file", async () => {
    linkModules(project);
    configure(project, "prod", { function: KNOWN_RUNTIME, api: knownApi(project, "prod") });
    await pulumi(project, "stack", "init", "prod");
    const { output } = await pulumi(project, "preview", "--stack", "prod");
    expect(output).to.match(/\+ \d+ to create/);
    expect(output).to.match(/networking +: "vpc"/);
  });
});
