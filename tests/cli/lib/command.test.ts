import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { command, EXIT, mistakeOf } from "../../../cli/lib/command.js";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { UserError } from "../../../preflight/errors/user-error.js";
import { stackFile } from "../../support/stacks.js";

describe("command", () => {
  it("answers --help with its usage, and exit code 0", async () => {
    const told: string[] = [];
    const main = command("npm run x", () => Promise.reject(new Error("not run")));
    const io = {
      stdin: process.stdin,
      out: (text: string) => void told.push(text),
      err: () => expect.fail("an error"),
      interruption: () => Promise.resolve(undefined),
    };
    for (const option of ["--help", "-h"]) expect(await main([option], io)).to.equal(EXIT.fine);
    expect(told).to.deep.equal(["Usage: npm run x", "Usage: npm run x"]);
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
      '  vpc.nat: "many". Write "none", "single", "perAz" or "regional".',
    ]);
  });

  it("is how the command is used, after a wrong option", () => {
    const wrong = Object.assign(new TypeError("Unknown option '--stak'"), {
      code: "ERR_PARSE_ARGS_UNKNOWN_OPTION",
    });
    expect(mistakeOf(wrong, "npm start -- [--stack NAME]")).to.equal(
      "Unknown option '--stak'\nUsage: npm start -- [--stack NAME]",
    );
  });

  it("is nothing of the program's own failures, which keep their trace", () => {
    for (const error of [new Error("x"), new TypeError("y is undefined"), "text", undefined]) {
      expect(mistakeOf(error)).to.equal(undefined);
    }
  });
});
