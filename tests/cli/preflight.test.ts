import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { mainWithPage } from "../../cli/preflight.js";
import { runCommand, runProcess } from "../support/commands.js";

const STACK_TRACE = /\n\s+at .+:\d+:\d+/;

describe("npm start", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "start-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The page goes elsewhere, so that the tests leave the report of whoever runs them as it is. */
  const start = (...args: string[]) => runCommand(mainWithPage(join(folder, "page", "index.html")), args);

  it("is content with both shipped stacks, and shows no parameter's value", async () => {
    const out = join(folder, "report.json");
    const { status, stdout, stderr } = await start("--json", out);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain("dev").and.to.contain("prod");
    const page = readFileSync(join(folder, "page", "index.html"), "utf8");
    for (const text of [stdout, stderr, readFileSync(out, "utf8"), page]) {
      expect(text).not.to.match(/hello from (dev|prod)/);
    }
    for (const text of [stdout, stderr, readFileSync(out, "utf8")]) expect(text).not.to.match(STACK_TRACE);
  });

  it("ends as a process with the exit code of the command", () => {
    const { status, stdout, stderr } = runProcess("cli/preflight.ts", ["--stack", "prd"]);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/^There is no stack "prd".* Did you mean prod\?\n$/);
  });

  for (const [what, ...args] of [
    ["a stack that does not exist", "--stack", "prd"],
    ["an option that does not exist", "--stak", "prod"],
    ["an option without its value", "--stack"],
    ["a stack and an export at once", "--stack", "prod", "--deployed", "x.json"],
  ] as const) {
    it(`ends with 2 and one clear text for ${what}`, async () => {
      const { status, stdout, stderr } = await start(...args);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr.trim()).not.to.equal("");
      expect(stderr).not.to.match(STACK_TRACE);
    });
  }
});
