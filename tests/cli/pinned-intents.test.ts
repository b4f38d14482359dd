import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { mainWithPage } from "../../cli/preflight.js";
import { readStackFile } from "../../preflight/sources/stack-files.js";
import { runCommand } from "../support/commands.js";
import { exportOf } from "../support/stack-export.js";
import { TEST_PROJECT } from "../support/test-project.js";

describe("npm start with intents.yaml", function () {
  this.timeout(60_000);
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "pinned-"));
    cpSync(TEST_PROJECT, project, { recursive: true });
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const start = (...args: string[]) =>
    runCommand(mainWithPage(join(project, "page.html")), args, "", { project, folder: project });
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(project, file), change(readFileSync(join(project, file), "utf8")));
  /** The text without line breaks and entities. */
  const words = (text: string) => text.replace(/&#?\w+;|<[^>]+>|\s+/g, " ").replace(/ +/g, " ");

  it("fails a prod that became public by mistake, and names the pinned intents in every format", async () => {
    edit("Pulumi.prod.yaml", (text) => text.replace("networking: vpc", "networking: public"));
    const { status, stdout } = await start("--stack", "prod", "--json", "r.json", "--markdown", "r.md");
    expect(status).to.equal(1);
    expect(words(stdout))
      .to.match(/must not reach internet -> GET \/messages FAIL pinned in intents\.yaml:\d+, because prod's/)
      .and.match(/must not reach internet -> fetcher FAIL pinned in intents\.yaml:\d+/)
      .and.match(/must reach vpc-private-a -> GET \/messages FAIL pinned in .* no such place/)
      .and.contain("3 of 5 proofs failed");
    const { proofs, pins } = JSON.parse(readFileSync(join(project, "r.json"), "utf8")).reports[0];
    expect(pins).to.deep.equal({ file: "intents.yaml", count: 3 });
    expect(proofs[0].pinnedIn).to.match(/^intents\.yaml:\d+$/);
    for (const file of ["r.md", "page.html"])
      expect(words(readFileSync(join(project, file), "utf8"))).to.match(/intents\.yaml:\d+/);
  });

  it("judges an export of the project by the pins of its stack, and no other project's", async () => {
    edit("Pulumi.prod.yaml", (text) => text.replace("networking: vpc", "networking: public"));
    const exported = exportOf(await synthesizeProgram(readStackFile("prod", project)));
    writeFileSync(join(project, "export.json"), JSON.stringify(exported));
    const own = await start("--deployed", "export.json");
    expect(own.status).to.equal(1);
    expect(words(own.stdout)).to.match(/internet -> GET \/messages FAIL pinned in intents\.yaml:\d+/);
    edit("export.json", (text) => text.replaceAll("::lambda-networking::", "::shop::"));
    const other = await start("--deployed", "export.json");
    expect(other.stdout).not.to.contain("pinned");
  });

  it("says of a stack without pins that there are none, and does not fail it", async () => {
    edit("intents.yaml", (text) => text.slice(0, text.indexOf("  prod:")));
    const { status, stdout, stderr } = await start("--stack", "prod");
    expect(status, stderr).to.equal(0);
    expect(words(stdout)).to.contain("pinned none: intents.yaml says nothing about stack prod");
    rmSync(join(project, "intents.yaml"));
    expect((await start("--stack", "prod")).stdout).not.to.contain("pinned");
  });

  it("refuses a mistyped file, stack name or key before any work", async () => {
    edit("intents.yaml", (text) => text.replace("  prod:", "  prdo:"));
    const stack = await start("--usage", "none.yaml");
    expect(stack).to.include({ status: 2, stdout: "" });
    expect(stack.stderr)
      .to.match(/pins intents of stack "prdo", .* Did you mean prod\?/)
      .and.contain("none.yaml");
    edit("intents.yaml", (text) => text.replace("      must: reach", "      mus: reach"));
    const key = await start();
    expect(key.status).to.equal(2);
    expect(key.stderr).to.match(/line \d+, stacks\.dev\[0\]\.mus: .* Did you mean must\?/);
  });
});
