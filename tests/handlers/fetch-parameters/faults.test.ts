import { expect } from "chai";
import { type FaultResult, injectFaults } from "../../../tools/bench/faults.js";

const KINDS: Readonly<Record<FaultResult["fault"], string>> = {
  throttled: "throttled",
  "error 500": "failed",
  hang: "timedOut",
  "hang in the body": "timedOut",
  "half a body": "failed",
  "half the pages": "failed",
  "expired credentials": "denied",
  denied: "denied",
  "connection reset": "timedOut",
};

describe("fetch-parameters handler over real connections", () => {
  let results: FaultResult[];
  before(async function () {
    this.timeout(60_000);
    results = await injectFaults(6);
  });

  for (const [fault, kind] of Object.entries(KINDS)) {
    describe(`with the fault ${fault}`, () => {
      const result = () => {
        const found = results.find((one) => one.fault === fault);
        if (found === undefined) throw new Error(`nothing was tried with ${fault}`);
        return found;
      };

      it("gives no wrong answer, and no failure before the copy is too old", () => {
        expect(result()).to.include({ requests: 6, stale: 6, wrong: 0, failed: 0 });
      });

      it("answers 502 if the copy is too old, and recovers at once", () => {
        expect(result()).to.include({ refusedTooOld: 2, recovered: true });
      });

      it(`logs each failure as ${kind}, in one line of JSON, without a value`, () => {
        const lines = result().log.map((line): unknown => JSON.parse(line));
        expect(lines).not.to.be.empty;
        for (const line of lines) expect(line).to.include({ kind, requestId: "r" });
        expect(result().log.join("\n")).not.to.contain("value old").and.not.to.contain("value new");
      });
    });
  }
});
