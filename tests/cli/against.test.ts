import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { mainWithPage } from "../../cli/preflight.js";
import { runCommand } from "../support/commands.js";
import { exportOf } from "../support/stack-export.js";
import { type Settings, synthesisOf } from "../support/stacks.js";

describe("npm start --against", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "against-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const start = (...args: string[]) => runCommand(mainWithPage(join(folder, "page", "index.html")), args);
  const exported = async (stack: string, settings: Settings = {}, edit = (text: string) => text) => {
    const file = join(folder, "export.json");
    writeFileSync(file, edit(JSON.stringify(exportOf(await synthesisOf(stack, settings)))));
    return file;
  };

  it("replaces and deletes nothing if the stack is deployed as its file says", async () => {
    const { status, stdout, stderr } = await start("--stack", "dev", "--against", await exported("dev"));
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(/update +against export\.json: 0 created, 0 updated, 0 replaced, 0 deleted/);
  });

  it("lists in every format what is deleted, and ends with 1 if data is lost", async () => {
    // Deployed before keepData existed: nothing keeps the table.
    const file = await exported("dev", { messageStore: {} }, (text) =>
      text.replaceAll('"retainOnDelete":true,', "").replaceAll(',"retainOnDelete":true', ""),
    );
    const [json, markdown] = [join(folder, "report.json"), join(folder, "report.md")];
    const { status, stdout } = await start(
      "--stack",
      "dev",
      "--against",
      file,
      "--json",
      json,
      "--markdown",
      markdown,
    );
    expect(status).to.equal(1);
    expect(stdout).to.contain("the update would lose data");
    const page = readFileSync(join(folder, "page", "index.html"), "utf8");
    for (const text of [stdout, readFileSync(markdown, "utf8"), page]) {
      const words = text.replace(/&#?\w+;|\\|\s+/g, " ");
      expect(words).to.contain("DELETE").and.contain("messages-table");
      expect(words).to.match(/DATA LOST: every item in table lambda-networking-dev-messages/);
    }
    const { update } = JSON.parse(readFileSync(json, "utf8")).reports[0];
    expect(update).to.include({ losesData: true, isLetGo: false, against: "export.json" });
  });

  it("is content if AWS keeps the data", async () => {
    const { status, stdout } = await start(
      "--stack",
      "dev",
      "--against",
      await exported("dev", { messageStore: {} }),
    );
    expect(status).to.equal(0);
    expect(stdout.replace(/\s+/g, " ")).to.contain("AWS keeps the old resource");
  });

  it("compares with a saved report too", async () => {
    const saved = join(folder, "before.json");
    await start("--stack", "prod", "--json", saved);
    const { status, stdout, stderr } = await start("--stack", "prod", "--against", saved);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(/against before\.json: 0 created, 0 updated, 0 replaced, 0 deleted/);
    expect(readFileSync(saved, "utf8")).not.to.match(/hello from/);
  });

  it("refuses a report of a deployed stack, which holds no inputs", async () => {
    const saved = join(folder, "deployed.json");
    await start("--deployed", await exported("dev"), "--json", saved);
    const { status, stderr } = await start("--stack", "dev", "--against", saved);
    expect(status).to.equal(2);
    expect(stderr).to.contain("report of a deployed stack").and.contain("Give the export");
  });

  it("refuses a file that is neither, one of another stack, and an option too few", async () => {
    const file = await exported("prod");
    for (const [args, words] of [
      [["--against", file], "--stack NAME"],
      [["--stack", "dev", "--against", file], "The file is of stack prod"],
      [["--stack", "dev", "--against", "package.json"], "neither a stack export nor a saved report"],
      [["--stack", "dev", "--against", "none.json"], "cannot be read"],
      [["--deployed", file, "--stack", "prod", "--against", file], "not on both"],
      [["--deployed", file, "--against", file], "--stack NAME"],
    ] as const) {
      const { status, stdout, stderr } = await start(...args);
      expect({ status, stdout }, args.join(" ")).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.contain(words);
      expect(stderr).not.to.match(/\n\s+at /);
    }
  });
});
