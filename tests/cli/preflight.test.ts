import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { mainWithPage } from "../../cli/preflight.js";
import { didYouMean } from "../../preflight/errors/validation.js";
import { stackNames } from "../../preflight/sources/stack-files.js";
import { processArguments, runCommand, runProcess } from "../support/commands.js";
import { exportOf } from "../support/stack-export.js";
import { synthesisOf } from "../support/stacks.js";

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

  it("is content with both stacks, and shows no parameter's value", async () => {
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

  it("refuses a usage file with a resource that no stack has", async () => {
    const usage = join(folder, "usage.yaml");
    writeFileSync(usage, "resources:\n  fetcher-functon: {requestsPerMonth: 5}\n");
    const { status, stderr } = await start("--stack", "dev", "--usage", usage);
    expect(status).to.equal(2);
    expect(stderr)
      .to.contain("usage.resources.fetcher-functon: ")
      .and.to.contain("Did you mean fetcher-function?");
    writeFileSync(usage, "resources:\n  fetcher-function: {requestsPerMonth: 5}\n");
    expect((await start("--stack", "dev", "--usage", usage)).status).to.equal(0);
  });

  it("ends as a process with the exit code of the command", () => {
    const { status, stdout, stderr } = runProcess("cli/preflight.ts", ["--stack", "prd"]);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/^There is no stack "prd".* Did you mean prod\?\n$/);
  });

  it("is about the stacks of the project's folder, as npm runs it", () => {
    const argv = ["--import", "tsx/esm", "cli/preflight.ts", "--stack", "no-such-stack"];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: PROJECT_FOLDER, encoding: "utf8" });
    expect(status).to.equal(2);
    expect(stderr).to.contain(didYouMean("no-such-stack", stackNames(PROJECT_FOLDER)));
  });

  it("ends with 1 for a stack with nothing to prove, and says how to declare it, unless that is allowed", async () => {
    const file = join(folder, "export.json");
    const resource = (type: string, name: string) => ({
      urn: `urn:pulumi:dev::shop::${type}::${name}`,
      type,
      custom: true,
      id: name,
    });
    const resources = [resource("aws:ec2/vpc:Vpc", "vpc-1"), resource("aws:glue/job:Job", "job")];
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
    const [json, markdown] = [join(folder, "report.json"), join(folder, "report.md")];
    const { status, stdout } = await start("--deployed", file, "--json", json, "--markdown", markdown);
    expect(status).to.equal(1);
    const page = readFileSync(join(folder, "page", "index.html"), "utf8");
    for (const text of [stdout, readFileSync(markdown, "utf8"), page]) {
      const words = text.replace(/&#?\w+;|\s+/g, " ");
      expect(words)
        .to.match(/nothing proved/i)
        .and.to.match(/output .{0,2}intents/);
      expect(words).to.contain("1 of 2 resources judged; not modelled: aws:glue/job:Job (1)");
    }
    expect(JSON.parse(readFileSync(json, "utf8")).reports[0].coverage).to.deep.equal({
      judged: 1,
      resources: 2,
      notModelled: [{ type: "aws:glue/job:Job", count: 1 }],
    });
    expect((await start("--deployed", file, "--allow-no-intents")).status).to.equal(0);
  });

  it("ends with 1 for a path that may be used before it is complete, and says what to depend on", async () => {
    const file = join(folder, "export.json");
    const { resources, ...synthesis } = await synthesisOf("prod");
    const rule = resources.find(({ name }) => name === "fetcher-to-ssm")?.urn ?? "";
    const late = resources.map((resource) => ({
      ...resource,
      dependencies: resource.dependencies.filter((urn) => urn !== rule),
    }));
    writeFileSync(file, JSON.stringify(exportOf({ ...synthesis, resources: late })));
    const [json, markdown] = [join(folder, "report.json"), join(folder, "report.md")];
    const { status, stdout } = await start("--deployed", file, "--json", json, "--markdown", markdown);
    expect(status).to.equal(1);
    expect(stdout).to.contain("12 proofs hold; order: 1 of 6 paths may start too early");
    const page = readFileSync(join(folder, "page", "index.html"), "utf8");
    for (const text of [stdout, readFileSync(markdown, "utf8"), page]) {
      const words = text.replace(/&gt;|&#62;/g, ">").replace(/\s+/g, " ");
      expect(words).to.contain("5 of 6 paths are made before what uses them");
      expect(words).to.contain(
        "fetcher -> ssm: fetcher-live (Alias) may be made before fetcher-to-ssm (SecurityGroupEgressRule), which the path needs. Fix: Name it in the option dependsOn of fetcher-live.",
      );
    }
    const { order } = JSON.parse(readFileSync(json, "utf8")).reports[0];
    expect(order).to.deep.include({ paths: 6, notJudged: [] });
    expect(
      order.late.map(({ needs }: { needs: { name: string }[] }) => needs.map(({ name }) => name)),
    ).to.deep.equal([["fetcher-to-ssm"]]);
  });

  it("reads and writes relative to the folder that the user is in", async () => {
    const { status, stderr } = await runCommand(
      mainWithPage(join(folder, "page", "index.html")),
      ["--stack", "dev", "--json", "mine/report.json"],
      "",
      { folder },
    );
    expect(status, stderr).to.equal(0);
    const again = await runCommand(
      mainWithPage(join(folder, "page", "index.html")),
      ["--stack", "dev", "--compare", "report.json", "--markdown", "../report.md"],
      "",
      { folder: join(folder, "mine") },
    );
    expect(again.status, again.stderr).to.equal(0);
    expect(readFileSync(join(folder, "report.md"), "utf8")).to.contain("## dev");
  });

  it("is not ended by a signal while it writes, so that it writes every file or none", async () => {
    const [json, page] = [join(folder, "signal.json"), join(folder, "signal.html")];
    const written: boolean[][] = [];
    const interruption = () => {
      written.push([json, page].map((file) => existsSync(file)));
      return new Promise<undefined>(() => {});
    };
    const { status } = await runCommand(mainWithPage(page), ["--stack", "dev", "--json", json], "", {
      interruption,
    });
    expect(status).to.equal(0);
    expect(written, "signals are taken before the first file").to.deep.equal([[false, false]]);
    expect([json, page].map((file) => existsSync(file))).to.deep.equal([true, true]);
  });

  it("leaves nothing behind after Ctrl-C during its work", async function () {
    this.timeout(180_000); // It waits for the first stack of the project, which takes long on a busy machine.
    const json = join(folder, "interrupted", "report.json");
    const child = spawn(process.execPath, processArguments("cli/preflight.ts", ["--json", json]), {
      cwd: PROJECT_FOLDER,
    });
    await Promise.race([once(child.stdout, "data"), once(child, "close")]); // the first stack is told, the second is not yet
    const closed = once(child, "close");
    expect(child.exitCode, "it is still at work").to.equal(null);
    child.kill("SIGINT");
    await closed;
    expect(existsSync(join(folder, "interrupted"))).to.equal(false);
  });

  it("compares each stack with its saved report, in the text and in Markdown", async () => {
    const saved = join(folder, "saved.json");
    await start("--stack", "dev", "--json", saved);
    const { stdout } = await start("--compare", saved, "--markdown", join(folder, "compared.md"));
    const [dev = "", prod = ""] = stdout.split("\nprod ");
    expect(dev).to.contain("compared        with the saved report of dev: nothing differs");
    expect(prod).to.contain("compared        with nothing: the saved file has no report of this stack");
    const markdown = readFileSync(join(folder, "compared.md"), "utf8");
    expect(markdown.match(/\*\*Compared\*\*/g)).to.have.length(1);
    const other = await start("--stack", "prod", "--compare", saved);
    expect(other.stdout.replace(/\s+/g, " ")).to.match(
      /compared with the saved report of dev: \d+ changes .*added: internet must not reach GET/,
    );
  });

  it("writes nothing but the report to standard output with -", async () => {
    const json = await start("--stack", "dev", "--json", "-");
    expect(JSON.parse(json.stdout).reports).to.have.length(1);
    expect(json.stderr).to.contain("must reach");
    const markdown = await start("--stack", "dev", "--markdown", "-");
    expect(markdown.stdout).to.match(/^## dev: /);
    expect(markdown.stderr).to.contain("must reach");
  });

  it("says of a report of another version which version it reads", async () => {
    const old = join(folder, "old.json");
    writeFileSync(old, JSON.stringify({ schemaVersion: "1.0", reports: [] }));
    const { status, stderr } = await start("--compare", old);
    expect(status).to.equal(2);
    expect(stderr).to.match(
      /old\.json is a report of schema version 1\.0, and .* reads \d+\.\d+\. Save it again/,
    );
  });

  it("tells every mistake before it does any work", async () => {
    const files = ["--usage", "no-usage.yaml", "--compare", "package.json"];
    const outputs = ["--json", "package.json/report.json", "--markdown", "docs"];
    const { status, stdout, stderr } = await start("--stack", "prd", ...files, ...outputs);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr)
      .to.match(/There is no stack "prd"/)
      .and.match(/no-usage\.yaml cannot be read/)
      .and.match(/package\.json is not a report/)
      .and.match(/report\.json cannot be written/)
      .and.match(/docs is a folder/);
  });

  for (const [what, ...args] of [
    ["a stack that does not exist", "--stack", "prd"],
    ["an option that does not exist", "--stak", "prod"],
    ["an option without its value", "--stack"],
    ["an argument that is no option", "prod"],
    ["two reports on standard output", "--json", "-", "--markdown", "-"],
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
