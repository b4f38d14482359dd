import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { isRecord } from "../../preflight/resources/read.js";
import { copyProject, linkModules, testsOfProject } from "../support/project-copy.js";

/** What `pulumi new` replaces in every file, and in the names of files. */
const PLACEHOLDER = /\$\{(PROJECT|DESCRIPTION)\}/;

/** Changes a YAML file as the Pulumi CLI does, which writes it anew. */
function edit(file: string, change: (content: Record<string, unknown>) => unknown): void {
  const content: unknown = parse(readFileSync(file, "utf8"));
  if (!isRecord(content)) throw new Error(`${file} is no map`);
  writeFileSync(file, stringify(change({ ...content })));
}

describe("a project that its user has edited", function () {
  this.timeout(180_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "orders-"));
    copyProject(folder);
    linkModules(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has nothing that pulumi new would take for a placeholder", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !join(entry.parentPath, "/").startsWith(join(folder, "node_modules/")),
    );
    const paths = files.map(({ parentPath, name }) => join(parentPath, name));
    expect(paths).to.have.length.above(500);
    const found = paths.filter(
      (path) => PLACEHOLDER.test(path) || PLACEHOLDER.test(readFileSync(path, "utf8")),
    );
    expect(found).to.deep.equal([]);
  });

  it("has no red test: another name, a third stack, another NAT mode, a stack less, AWS's addresses", () => {
    edit(join(folder, "Pulumi.yaml"), ({ template: _, config, ...project }) => ({
      ...project,
      name: "orders",
      description: "Orders",
      config: { ...(isRecord(config) && config), "pulumi:tags": { value: { "pulumi:template": "x" } } },
    }));
    edit(join(folder, "Pulumi.prod.yaml"), (stack) => ({
      encryptionsalt: "v1:abc",
      ...stack,
      config: { "aws:region": "eu-west-1", "orders:networking": "vpc", "orders:vpc": { nat: "single" } },
    }));
    rmSync(join(folder, "Pulumi.dev.yaml"));
    const pins = [{ from: "internet", to: "GET /messages", must: "reach", reason: "it is public" }];
    writeFileSync(join(folder, "intents.yaml"), stringify({ stacks: { staging: pins } }));
    const staging = { config: { "aws:region": "eu-central-1", "orders:networking": "public" } };
    writeFileSync(join(folder, "Pulumi.staging.yaml"), stringify(staging));
    writeFileSync(join(folder, "ip-ranges.json"), JSON.stringify({ prefixes: [], ipv6_prefixes: [] }));

    const { status, output } = testsOfProject(folder);
    expect(output).to.match(/\b[1-9]\d{2,} passing/);
    expect(status, output).to.equal(0);
  });
});
