import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { main } from "../../cli/trace.js";
import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import { processArguments, runCommand, runProcess } from "../support/commands.js";
import { exportOf } from "../support/stack-export.js";
import { stackFile } from "../support/stacks.js";

/** Options for Node with which the import of a Pulumi module fails. */
const WITHOUT_PULUMI = [
  "--import",
  dataUrl(
    `import { register } from "node:module"; register(${JSON.stringify(
      dataUrl(`export const resolve = (specifier, context, next) => {
      if (specifier.startsWith("@pulumi/")) throw new Error(specifier + " is not to be loaded");
      return next(specifier, context);
    };`),
    )});`,
  ),
];

function dataUrl(module: string): string {
  return `data:text/javascript,${encodeURIComponent(module)}`;
}

describe("npm run trace", function () {
  this.timeout(60_000);
  let folder: string;
  let exported: string;
  let synthesis: Synthesis;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "trace-"));
    exported = join(folder, "export.json");
    synthesis = await synthesizeProgram(stackFile("prod"));
    writeFileSync(exported, JSON.stringify(exportOf(synthesis)));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("answers reachable with exit code 0 and the hops in their order", async () => {
    const { status, stdout } = await trace(["--stack", "prod", "--from", "fetcher", "--to", "ssm"]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^fetcher -> ssm: reachable, by interface endpoint\n {2}1\. ssm-endpoint: /);
  });

  it("answers blocked with exit code 1, the blocker, its code and the fix", async () => {
    const { status, stdout } = await trace(["--deployed", exported, "--from", "fetcher", "--to", "internet"]);
    expect(status).to.equal(1);
    expect(stdout)
      .to.contain("blocked at fetcher-function")
      .and.contain("ENI_SG_RULES_MISMATCH")
      .and.contain("Fix: ");
  });

  it("answers unknown with exit code 3 and what is missing", async () => {
    const whole = exportOf(synthesis);
    const resources = whole.deployment.resources.filter(({ urn }) => !urn.endsWith(":Role::fetcher-role"));
    expect(resources).to.have.length(whole.deployment.resources.length - 1);
    const half = join(folder, "half.json");
    writeFileSync(half, JSON.stringify({ ...whole, deployment: { resources } }));
    const { status, stdout } = await trace(["--deployed", half, "--from", "fetcher", "--to", "ssm"]);
    expect(status).to.equal(3);
    expect(stdout).to.contain("unknown").and.contain("Not known: ");
  });

  it("takes addresses with ports, methods and --port", async () => {
    const address = await trace([
      "--deployed",
      exported,
      "--from",
      "fetcher",
      "--to",
      "10.20.1.5:5432",
      "--json",
    ]);
    expect(address.status).to.equal(1);
    expect(JSON.parse(address.stdout)).to.include({ status: "blocked", to: "10.20.1.5:5432" });
    const method = await trace([
      "--deployed",
      exported,
      "--from",
      "internet",
      "--to",
      "GET /messages",
      "--json",
    ]);
    expect(JSON.parse(method.stdout)).to.include({ status: "blocked", code: "API_PRIVATE_REQUIRES_VPCE" });
    const port = await trace([
      "--deployed",
      exported,
      "--from",
      "fetcher",
      "--to",
      "ssm",
      "--port",
      "80",
      "--json",
    ]);
    expect(JSON.parse(port.stdout)).to.include({ status: "blocked", port: 80 });
  });

  it("answers a batch line by line in order, and says of a bad line what is wrong with it", async () => {
    const lines = [
      { deployed: exported, from: "fetcher", to: "ssm" },
      { deployed: exported, from: "nobody", to: "ssm" },
      "not json",
      { stack: "dev", from: "internet", to: "GET /messages" },
      { deployed: exported, from: "fetcher", to: "internet" },
      { deployed: exported, from: "fetcher", to: "ssm", prot: 1 },
    ];
    const input = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    const { status, stdout } = await trace(["--batch"], input);
    const answers: { status: string; message?: string }[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map((answer) => answer.status)).to.deep.equal([
      "reachable",
      "error",
      "error",
      "reachable",
      "blocked",
      "error",
    ]);
    expect(answers[1]?.message).to.contain('"nobody"');
    expect(answers[5]?.message).to.contain('"prot"');
    expect(status).to.equal(2);
  });

  it("answers hostile lines of a batch with one line each", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const question = (more: object) =>
      JSON.stringify({ deployed: exported, from: "fetcher", to: "ssm", ...more });
    const lines = [
      question({ from: "fet\n::error::cher" }),
      question({ to: "constructor" }),
      question({ port: 0 }).replace("0}", `${deep}}`),
      deep,
      '{"__proto__": 1, "stack": "prod", "from": "fetcher", "to": "ssm"}',
      question({ stack: "constructor", deployed: undefined }),
      question({ stack: "../../prod", deployed: undefined }),
      question({}),
    ];
    const { status, stdout } = await trace(["--batch"], lines.join("\n"));
    const answers: { status: string }[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map((answer) => answer.status)).to.deep.equal([
      ...lines.slice(1).map(() => "error"),
      "reachable",
    ]);
    expect(stdout).not.to.contain("\\n");
    expect(status).to.equal(2);
  });

  it("ends as a process with the exit code of the command, and loads no Pulumi for a deployed stack", () => {
    const question = ["--from", "fetcher", "--to", "internet"];
    const deployed = runProcess("cli/trace.ts", ["--deployed", exported, ...question], WITHOUT_PULUMI);
    expect(deployed.stderr).to.equal("");
    expect(deployed.stdout).to.match(/^fetcher -> internet: blocked/);
    expect(deployed.status).to.equal(1);
    const built = runProcess("cli/trace.ts", ["--stack", "dev", ...question], WITHOUT_PULUMI);
    expect(built.stderr).to.contain("@pulumi/pulumi is not to be loaded");
    expect(built.status).to.equal(1);
  });

  it("ends without complaint if the reader stops before the end", async () => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, processArguments("cli/trace.ts", ["--batch"]), {
      cwd: PROJECT_FOLDER,
      env: { PATH, HOME },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    const line = `${JSON.stringify({ deployed: exported, from: "fetcher", to: "ssm" })}\n`;
    child.stdin.write(line);
    await once(child.stdout, "data");
    child.stdout.destroy();
    child.stdin.on("error", () => {}); // it may end before it has read the rest
    child.stdin.end(line.repeat(20));
    const [code] = await once(child, "close");
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
  });

  const mistakes: [what: string, args: string[], says: string][] = [
    ["no stack", ["--from", "a", "--to", "b"], "--stack"],
    ["a stack and an export", ["--stack", "dev", "--deployed", "x", "--from", "a", "--to", "b"], "not both"],
    ["no destination", ["--stack", "dev", "--from", "fetcher"], "--to"],
    ["an unknown stack", ["--stack", "pord", "--from", "fetcher", "--to", "ssm"], "Did you mean prod?"],
    [
      "two unknown places",
      ["--stack", "dev", "--from", "fetchr", "--to", "GET /mesages"],
      'no such place: the stack has no method "GET /mesages"; did you mean "GET /messages"?',
    ],
    ["an unknown place", ["--stack", "dev", "--from", "fetchr", "--to", "ssm"], 'did you mean "fetcher"?'],
    [
      "a port that is none",
      ["--stack", "dev", "--from", "fetcher", "--to", "ssm", "--port", "http"],
      "1 to 65535",
    ],
    ["an unknown option", ["--form", "fetcher"], "Did you mean --from?"],
    ["a question and a batch", ["--batch", "--from", "fetcher"], "Leave out --from"],
    ["a file that is not there", ["--deployed", "nowhere.json", "--from", "a", "--to", "b"], "nowhere.json"],
  ];
  for (const [what, args, says] of mistakes) {
    it(`takes ${what} for wrong usage: exit code 2, one text, no stack trace`, async () => {
      const { status, stderr } = await trace(args);
      expect(status).to.equal(2);
      expect(stderr).to.contain(says);
      expect(stderr).not.to.match(/^\s+at /m);
    });
  }
});

function trace(args: string[], input?: string) {
  return runCommand(main, args, input);
}
