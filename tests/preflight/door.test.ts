import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { exportOf } from "../support/stack-export.js";
import { synthesisOf } from "../support/stacks.js";
import { TEST_PROJECT } from "../support/test-project.js";

describe("preflight/README.md", () => {
  const examples = [
    ...readFileSync(join(PROJECT_FOLDER, "preflight/README.md"), "utf8").matchAll(/^```ts\n(.*?)^```/gms),
  ].map(([, code = ""]) => code);
  let folder: string;

  before(() => {
    // Under node_modules, so that the packages are found by their names.
    const parent = join(PROJECT_FOLDER, "node_modules", ".cache");
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, "examples-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has examples that run as one program, from its top to its bottom", async function () {
    this.timeout(60_000);
    for (const file of ["Pulumi.yaml", "Pulumi.prod.yaml"]) {
      copyFileSync(join(TEST_PROJECT, file), join(folder, file));
    }
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    writeFileSync(join(folder, "index.ts"), `export * from "${join(PROJECT_FOLDER, "index.js")}";\n`);
    writeFileSync(join(folder, "export.json"), JSON.stringify(exportOf(await synthesisOf("prod"))));
    writeFileSync(join(folder, "examples.ts"), `${examples.join("\n")}\nexport { atPreview, planned };\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "examples.ts"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    expect(examples).to.have.length(9);
    expect(stdout).to.match(/^reachable/);
    expect(stdout).to.contain("0 of 6 paths may start too early");
    expect(stdout).to.contain("0 intents do not hold").and.to.contain("implicit-deny");
    expect(stdout).to.contain("must reach      fetcher -> ssm");
  });
});
