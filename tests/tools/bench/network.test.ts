import { expect } from "chai";
import { graphFromResources, trace } from "../../../preflight/index.js";
import { networkOf } from "../../../tools/bench/network.js";

describe("networkOf", () => {
  it("lets every function reach ssm, which the bench proves", () => {
    const graph = graphFromResources(networkOf(4, 20));
    for (let i = 0; i < 4; i += 1) {
      const verdict = trace(
        graph,
        { kind: "function", name: `function-${i}` },
        { kind: "service", service: "ssm" },
      );
      expect(verdict.status, JSON.stringify(verdict)).to.equal("reachable");
    }
  });
});
