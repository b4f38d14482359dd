import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { followPage, pageBlocks } from "../support/own-function-page.js";
import { copyProject, linkModules } from "../support/project-copy.js";
import { TEST_PROJECT } from "../support/test-project.js";

interface Report {
  readonly reports: readonly {
    readonly stack: { readonly name: string };
    readonly proofs: readonly { readonly id: string; readonly ok: boolean }[];
    readonly permissions: {
      readonly roles: readonly {
        readonly role: { readonly name: string };
        readonly excess: readonly string[];
      }[];
    };
  }[];
}

describe("docs/your-function.md", function () {
  this.timeout(180_000);
  let folder: string;

  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "own-function-"));
    copyProject(folder);
    linkModules(folder);
    for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"])
      cpSync(join(TEST_PROJECT, file), join(folder, file));
    followPage(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has about ten lines of index.ts", () => {
    const [, , lines = ""] = pageBlocks();
    expect(lines.trim().split("\n")).to.have.length.within(8, 16);
  });

  it("compiles in a copy of the project", () => {
    const compiler = join(process.cwd(), "node_modules/typescript/bin/tsc");
    const { status, stdout } = run(compiler, "--noEmit", "--incremental", "false", "-p", "tsconfig.json");
    expect(status, stdout).to.equal(0);
  });

  describe("in the copy", () => {
    let report: Report;

    before(() => {
      const out = join(folder, "out.json");
      const { status, stdout, stderr } = run("--import", "tsx/esm", "cli/preflight.ts", "--json", out);
      expect(status, stdout + stderr).to.equal(0);
      report = JSON.parse(readFileSync(out, "utf8"));
    });

    for (const stack of ["dev", "prod"]) {
      it(`is proved in ${stack}, without more`, () => {
        const found = report.reports.find((each) => each.stack.name === stack);
        expect(found?.proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
        const ids = found?.proofs.map(({ id }) => id);
        expect(ids).to.include.members([
          "orders reach orders (Topic):443",
          "orders-nightly reach orders:443",
          "orders-nightly reach orders-failures:443",
          "internet not-reach orders (Topic):443",
        ]);
        const role = found?.permissions.roles.find((each) => each.role.name === "orders-role");
        expect(role?.excess).to.deep.equal([]);
      });
    }

    it("is closed to unsigned callers by its route's settings", () => {
      const index = join(folder, "index.ts");
      const page = readFileSync(index, "utf8");
      writeFileSync(
        index,
        page.replace('"POST /orders": {}', '"POST /orders": { authorization: "AWS_IAM" }'),
      );
      const args = ["--import", "tsx/esm", "cli/trace.ts", "--stack", "dev", "--from", "internet"];
      const { status, stdout } = run(...args, "--to", "POST /orders");
      writeFileSync(index, page);
      expect(stdout).to.contain("API_METHOD_REQUIRES_AUTHORIZATION");
      expect(status).to.equal(1);
    });

    it("is served by npm run serve", async () => {
      const args = ["--import", "tsx/esm", "cli/serve.ts", "--stack", "dev", "--port", "0"];
      const server = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
      try {
        const url = await new Promise<string>((resolve, reject) => {
          let printed = "";
          server.stdout.setEncoding("utf8").on("data", (text: string) => {
            printed += text;
            const [found] = /http:\/\/localhost:\d+\/\w+/.exec(printed) ?? [];
            if (found !== undefined) resolve(found);
          });
          server.on("close", () => reject(new Error(printed)));
        });
        const response = await fetch(`${url}/orders`, { method: "POST", body: "" });
        expect({ status: response.status, body: await response.json() }).to.deep.equal({
          status: 202,
          body: { accepted: true },
        });
      } finally {
        server.kill("SIGINT");
      }
    });
  });
});
