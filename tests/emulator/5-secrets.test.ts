import { expect } from "chai";
import { logged } from "./lab/aws.js";
import { everythingPrinted } from "./lab/project.js";
import { outputs, PLAIN_MARK, SECRET_MARK } from "./lab/stacks.js";

describe("secret values", () => {
  it("are nowhere in what the CLI printed, previews' diffs and events included", () => {
    expect(everythingPrinted()).to.contain(PLAIN_MARK); // what is no secret is seen, so the search can find
    expect(everythingPrinted().includes(SECRET_MARK)).to.equal(false);
  });

  for (const stack of ["dev", "prod"] as const) {
    it(`are nowhere in the log of ${stack}'s function, and plain ones neither`, async () => {
      const log = await logged(outputs(stack).functionName);
      expect(log).not.to.equal("");
      expect(log.includes(SECRET_MARK) || log.includes(PLAIN_MARK)).to.equal(false);
    });
  }
});
