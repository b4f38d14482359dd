import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { command, EXIT, mistakeOf } from "../../../cli/lib/command.js";
import type { Help, Options } from "../../../cli/lib/options.js";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { UserError } from "../../../preflight/errors/user-error.js";
import { runCommand } from "../../support/commands.js";
import { stackFile } from "../../support/stacks.js";

const HELP = {
  call: "npm run x",
  about: "Does x.",
  options: {
    stack: { type: "string", value: "NAME", about: "The stack", default: "dev" },
    json: { type: "string", value: "FILE", about: "Also writes a file" },
    quiet: { type: "boolean", about: "Prints nothing" },
  },
  examples: [
    ["npm run x -- --quiet", "Quietly"],
    ["npm run x -- --stack prod", "Of prod"],
  ],
  exitCodes: "0 fine; 2 wrong usage.",
} as const satisfies Help<Options>;

describe("command", () => {
  const notRun = command(HELP, () => Promise.reject(new Error("not run")));

  it("answers --help with every option, its default and the examples, and exit code 0", async () => {
    for (const option of ["--help", "-h"]) {
      const { status, stdout, stderr } = await runCommand(notRun, ["--stack", option]);
      expect({ status, stderr }).to.deep.equal({ status: EXIT.fine, stderr: "" });
      for (const text of ["--stack NAME", "--json FILE", "--quiet", "Default: dev", "npm run x -- --quiet"])
        expect(stdout).to.contain(text);
      expect(stdout.split("\n").filter(({ length }) => length > 100)).to.deep.equal([]);
    }
  });

  it("passes the options to the command", async () => {
    const seen: unknown[] = [];
    const main = command(HELP, async (values) => {
      seen.push({ ...values });
      return EXIT.fine;
    });
    await runCommand(main, ["--json", "-", "--quiet"]);
    await runCommand(main, ["--json=--odd"]);
    expect(seen).to.deep.equal([
      { stack: "dev", json: "-", quiet: true },
      { stack: "dev", json: "--odd" },
    ]);
  });

  for (const [what, argv, says] of [
    ["an unknown option", ["--stak", "prod"], ["no option --stak. Did you mean --stack?"]],
    ["an unknown short option", ["-s", "prod"], ["no option -s."]],
    ["an option of Object", ["--constructor"], ["no option --constructor."]],
    ["an argument that is no option", ["prod"], ['"prod" is not an option', "npm run x -- --stack NAME"]],
    ["a missing value", ["--stack"], ["--stack has no value. Write --stack NAME."]],
    ["an empty value", ["--stack", ""], ["--stack has no value"]],
    ["an option in place of a value", ["--stack", "--quiet"], ["--stack has no value: --quiet follows"]],
    ["a value of an option that takes none", ["--quiet=yes"], ["--quiet takes no value"]],
    ["an option given twice", ["--stack", "a", "--stack", "b"], ["--stack is given twice"]],
    ["several mistakes", ["--stak=x", "--json", ""], ["no option --stak", "--json has no value"]],
  ] as const) {
    it(`refuses ${what}, with exit code 2`, async () => {
      const { status, stdout, stderr } = await runCommand(notRun, argv);
      expect({ status, stdout }).to.deep.equal({ status: EXIT.wrongUsage, stdout: "" });
      for (const text of says) expect(stderr).to.contain(text);
      expect(stderr).to.contain("Every option: npm run x -- --help");
    });
  }

  it("refuses to run if npm took an option for its own, because -- was forgotten", async () => {
    const environment = { npm_config_stack: "prod", npm_config_quiet: "true", npm_config_json: "true" };
    const { status, stderr } = await runCommand(notRun, [], "", { environment });
    expect(status).to.equal(EXIT.wrongUsage);
    expect(stderr)
      .to.contain('Write "--" before it: npm run x -- --stack prod\n')
      .and.contain("npm run x -- --quiet\n")
      .and.not.contain("json");
  });
});

describe("what a command tells a person", () => {
  it("is the message alone where the mistake is theirs", () => {
    for (const error of [
      new UserError("There is no such stack."),
      new pulumi.RunError("There is no such stack."),
    ]) {
      expect(mistakeOf(error)).to.equal("There is no such stack.");
    }
  });

  it("is every mistake in a stack's configuration, and no stack trace", async () => {
    let told: string | undefined;
    try {
      await synthesizeProgram(stackFile("prod", { networking: "both", vpc: { nat: "many" } }));
    } catch (error) {
      told = mistakeOf(error);
    }
    expect(told?.split("\n")).to.deep.equal([
      "2 mistakes in the configuration of stack prod:",
      '  networking: "both". Write "public" or "vpc".',
      '  vpc.nat: "many". Write "none", "single", "perAz", "regional" or "instance".',
    ]);
  });

  it("is nothing of the program's own failures, which keep their trace", () => {
    for (const error of [new Error("x"), new TypeError("y is undefined"), "text", undefined]) {
      expect(mistakeOf(error)).to.equal(undefined);
    }
  });
});
