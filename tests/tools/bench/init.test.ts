import { expect } from "chai";
import { ParameterStore, startAwsServer } from "../../../local-api/index.js";
import { buildContenders } from "../../../tools/bench/contenders.js";
import { measureInit, spreadOf } from "../../../tools/bench/init.js";

describe("measureInit", () => {
  it("loads every contender by require, and has its first answer", async function () {
    this.timeout(60_000);
    const contenders = await buildContenders();
    const store = new ParameterStore([{ name: "/messages/a", type: "String", value: "1" }]);
    const aws = await startAwsServer(store);
    try {
      const { fetcher, plain, powertoolsByPath, runtimeSdk, cdk, cdkBundled } = contenders;
      for (const one of [plain, powertoolsByPath, runtimeSdk, cdk, cdkBundled, fetcher]) {
        const { load, cpu, first } = await measureInit(one, aws.url);
        expect(load, one.name).to.be.greaterThan(0);
        expect(cpu, one.name).to.be.greaterThan(0);
        expect(first, one.name).to.be.greaterThan(load);
      }
    } finally {
      await aws.close();
      contenders.remove();
    }
  });

  it("uses less than two thirds of the CPU time of a plain handler in the same build", async function () {
    this.timeout(120_000);
    const contenders = await buildContenders();
    const aws = await startAwsServer(
      new ParameterStore([{ name: "/messages/a", type: "String", value: "1" }]),
    );
    try {
      const ratios: number[] = [];
      for (let round = 0; round < 7; round += 1) {
        const plain = await measureInit(contenders.plain, aws.url);
        const own = await measureInit(contenders.fetcher, aws.url);
        ratios.push(own.cpu / plain.cpu);
      }
      // The bench measures about 0.4. CPU time varies with what else the machine does, hence the distance.
      expect(spreadOf(ratios).low).to.be.lessThan(0.67);
    } finally {
      await aws.close();
      contenders.remove();
    }
  });
});
