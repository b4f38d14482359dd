import { expect } from "chai";
import { Metrics } from "../../../handlers/fetch-parameters/metrics.js";
import { FakeClock } from "../parameter-cache/fake-clock.js";

function setUp() {
  const clock = new FakeClock();
  const metrics = new Metrics("stack-fetcher", clock);
  const line = () => {
    const text = metrics.line(1_700_000_000_000);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { clock, metrics, line };
}

describe("Metrics", () => {
  it("writes one line in CloudWatch's embedded metric format, with each metric at its root", () => {
    const { metrics, line } = setUp();
    metrics.count("Misses");
    metrics.read(12.4);
    const { _aws, ...root } = line();
    expect(root).to.deep.equal({
      FunctionName: "stack-fetcher",
      Hits: 0,
      Misses: 1,
      Stale: 0,
      Failures: 0,
      ReadLatency: [12],
    });
    expect(_aws.Timestamp).to.equal(1_700_000_000_000);
    const [{ Namespace, Dimensions, Metrics: defined }] = _aws.CloudWatchMetrics;
    expect({ Namespace, Dimensions }).to.deep.equal({
      Namespace: "ParameterCache",
      Dimensions: [["FunctionName"]],
    });
    for (const { Name, Unit } of defined) {
      expect(root).to.have.property(Name);
      expect(["Count", "Milliseconds"]).to.include(Unit);
    }
    expect(defined).to.have.length(5);
  });

  it("writes a line at once for a read, a stale answer or a failure", () => {
    for (const what of ["Misses", "Stale", "Failures"] as const) {
      const { metrics, line } = setUp();
      metrics.count(what);
      expect(line()).to.have.property(what, 1);
      expect(line(), "nothing since").to.equal(undefined);
    }
  });

  it("sums up hits for a minute", async () => {
    const { clock, metrics, line } = setUp();
    metrics.count("Hits");
    expect(line()).to.include({ Hits: 1 });
    for (let i = 0; i < 59; i += 1) {
      await clock.advance(1_000);
      metrics.count("Hits");
      expect(line()).to.equal(undefined);
    }
    await clock.advance(1_000);
    metrics.count("Hits");
    expect(line()).to.include({ Hits: 60 });
  });

  it("writes at most a hundred values of a metric in one line, and the rest in the next", () => {
    const { metrics, line } = setUp();
    for (let i = 0; i < 150; i += 1) metrics.read(i);
    expect(line().ReadLatency).to.have.length(100);
    expect(line().ReadLatency).to.have.length(50);
  });
});
