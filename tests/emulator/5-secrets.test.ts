import { expect } from "chai";
import { logged } from "./lab/aws.js";
import { everythingPrinted } from "./lab/project.js";
import { outputs, PLAIN_MARK, SECRET_MARK } from "./lab/stacks.js";

describe("secret values", () => {
  it("appear nowhere in the CLI's output, including previews' diffs and events", () => {
    expect(everythingPrinted()).to.contain(PLAIN_MARK); // The search can find values.
    expect(everythingPrinted().includes(SECRET_MARK)).to.equal(false);
  });

  for (const stack of ["dev", "prod"] as const) {
    it(`appear nowhere in the log of ${stack}'s function, nor do plain values`, async () => {
      const log = await logged(outputs(stack).functionName);
      expect(log).not.to.equal("");
      expect(log.includes(SECRET_MARK) || log.includes(PLAIN_MARK)).to.equal(false);
    });
  }
});
