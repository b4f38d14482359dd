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

describe("the parameter fetcher over real connections, while Parameter Store", () => {
  let results: FaultResult[];
  before(async function () {
    this.timeout(60_000);
    results = await injectFaults(6);
  });

  for (const [fault, kind] of Object.entries(KINDS)) {
    describe(`has this fault: ${fault}`, () => {
      const result = () => {
        const found = results.find((one) => one.fault === fault);
        if (found === undefined) throw new Error(`nothing was tried with ${fault}`);
        return found;
      };

      it("gives no wrong answer, and none that failed inside the window", () => {
        expect(result()).to.include({ requests: 6, stale: 6, wrong: 0, failed: 0 });
      });

      it("answers 502 when its copy is too old, and recovers at once", () => {
        expect(result()).to.include({ refusedTooOld: 2, recovered: true });
      });

      it(`logs it as ${kind}, one line of JSON each, without a value`, () => {
        const lines = result().log.map((line): unknown => JSON.parse(line));
        expect(lines).not.to.be.empty;
        for (const line of lines) expect(line).to.include({ kind, requestId: "r" });
        expect(result().log.join("\n")).not.to.contain("value old").and.not.to.contain("value new");
      });
    });
  }
});
