import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { mainWithPage } from "../../cli/preflight.js";
import { runCommand } from "../support/commands.js";
import { TEST_PROJECT } from "../support/test-project.js";

type Config = Record<string, unknown>;

describe("npm start with mistakes in stack files", function () {
  this.timeout(60_000);
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "mistakes-"));
    cpSync(TEST_PROJECT, project, { recursive: true });
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const start = (...args: string[]) =>
    runCommand(mainWithPage(join(project, "page.html")), args, "", { project, folder: project });
  const write = (file: string, text: string) => writeFileSync(join(project, file), text);
  const configure = (stack: string, change: (config: Config) => Config) => {
    const file = `Pulumi.${stack}.yaml`;
    const content = parse(readFileSync(join(project, file), "utf8"));
    write(file, stringify({ ...content, config: change(content.config) }));
  };

  it("reports those of every stack, each with all of its own", async () => {
    configure("dev", ({ networking: _, ...rest }) => ({ ...rest, "aws:region": "eu-west-11" }));
    configure("prod", (config) => ({ ...config, vpc: { nat: "many", cidrBlock: "10.0.0.0" } }));
    const { status, stderr } = await start();
    expect(status).to.equal(2);
    expect(stderr).to.contain("2 mistakes in the configuration of stack dev:");
    expect(stderr).to.contain('aws:region: "eu-west-11".').and.to.contain("networking: nothing.");
    expect(stderr).to.contain("2 mistakes in the configuration of stack prod:");
    expect(stderr).to.contain("vpc.nat: ").and.to.contain("vpc.cidrBlock: ");
  });

  it("refuses a private prod whose keys have another project's name in front, with each line to write", async () => {
    write("Pulumi.yaml", "name: orders\nruntime: nodejs\n");
    configure("prod", (config) =>
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [
          key.includes(":") ? key : `lambda-networking:${key}`,
          value,
        ]),
      ),
    );
    const { status, stdout, stderr } = await start("--stack", "prod");
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.contain('lambda-networking:networking: "vpc".');
    expect(stderr).to.contain("Write networking: vpc or orders:networking: vpc in its place.");
    expect(stderr).to.contain("Write vpc: or orders:vpc: in its place.");
    expect(stderr).to.contain('networking: nothing. Write "public" or "vpc".');
  });

  for (const [title, text] of [
    ["an empty file", ""],
    ["a file without config:", "networking: public\n"],
    ["a file with config: misspelt", "confg:\n  networking: public\n"],
  ] as const) {
    it(`refuses ${title} with one mistake`, async () => {
      write("Pulumi.dev.yaml", text);
      const { status, stderr } = await start("--stack", "dev");
      expect(status).to.equal(2);
      expect(stderr).to.match(
        /^1 mistake in the configuration of stack dev:\n {2}Pulumi\.dev\.yaml: [^\n]*\n$/,
      );
    });
  }

  it("accepts an encrypted value of parameters.values, though it cannot read it", async () => {
    configure("dev", (config) => ({
      ...config,
      parameters: { path: "/tests/dev", values: { token: { secure: "v1:CIPHER" }, greeting: "hello" } },
    }));
    const { status, stdout, stderr } = await start("--stack", "dev", "--json", "-");
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain("2 messages: greeting, token (values hidden)").and.not.to.contain("CIPHER");
  });

  it("refuses an encrypted value where it would not stay secret", async () => {
    configure("dev", (config) => ({
      ...config,
      function: { environment: { API_KEY: { secure: "v1:CIPHER" } } },
    }));
    const { status, stderr } = await start("--stack", "dev");
    expect(status).to.equal(2);
    expect(stderr).to.contain("function.environment.API_KEY: (secret). ").and.not.to.contain("CIPHER");
    expect(stderr).to.contain("pulumi config set --secret --path secretParameters.API_KEY");
  });
});
