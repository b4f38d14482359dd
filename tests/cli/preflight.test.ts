import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start`, as a person runs it, with nothing of AWS in the environment. */
function start(...args: string[]): Ended {
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, ["--import", "tsx", "cli/start.ts", ...args], {
    cwd: PROJECT_FOLDER,
    env: { PATH, HOME, NO_COLOR: "1" },
    encoding: "utf8",
  });
}

const STACK_TRACE = /\n\s+at .+:\d+:\d+/;

describe("npm start", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "start-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is content with both shipped stacks, and shows no parameter's value", () => {
    const out = join(folder, "report.json");
    const { status, stdout, stderr } = start("--json", out);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain("dev").and.to.contain("prod");
    for (const text of [stdout, stderr, readFileSync(out, "utf8")]) {
      expect(text).not.to.match(/hello from (dev|prod)/);
      expect(text).not.to.match(STACK_TRACE);
    }
  });

  for (const [what, ...args] of [
    ["a stack that does not exist", "--stack", "prd"],
    ["an option that does not exist", "--stak", "prod"],
    ["an option without its value", "--stack"],
    ["a stack and an export at once", "--stack", "prod", "--deployed", "x.json"],
  ] as const) {
    it(`ends with 2 and one clear text for ${what}`, () => {
      const { status, stdout, stderr } = start(...args);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr.trim()).not.to.equal("");
      expect(stderr).not.to.match(STACK_TRACE);
    });
  }
});
