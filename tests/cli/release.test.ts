import { expect } from "chai";
import { main } from "../../cli/release.js";
import { runCommand, runProcess } from "../support/commands.js";

describe("npm run release", () => {
  it("takes a version that is no number for wrong usage, before it asks AWS", async () => {
    for (const version of ["$LATEST", "live", "0", "1.5"]) {
      const { status, stderr } = await runCommand(main, ["--stack", "prod", "--version", version]);
      expect(status).to.equal(2);
      expect(stderr).to.contain(`--version: ${version} is no version.`);
    }
  });

  it("takes an unknown option for wrong usage", async () => {
    const { status, stdout, stderr } = await runCommand(main, ["--stak", "prod"]);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/--stak\. Did you mean --stack\?\n.*npm run release -- --help\n$/);
  });

  it("ends as a process with the exit code of the command", () => {
    const { status, stdout, stderr } = runProcess("cli/release.ts", []);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/^Which stack\? Give --stack NAME\. .+\n$/);
  });
});
