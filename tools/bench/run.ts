import { spawnSync } from "node:child_process";
import { graphFromResources, trace } from "@lambda-networking/preflight";
import { median } from "./median.js";
import { networkOf } from "./network.js";
import { parameterReads } from "./parameter-reads.js";

/** Median of several runs, in milliseconds. */
function medianTime(runs: number, run: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return median(times);
}

/** Growth of the time for building and querying the graph, relative to the smallest graph of the same run. */
function proofTime(): void {
  console.log(
    "Proof time by graph size: a graph built, and every function asked once whether it reaches ssm\n",
  );
  console.log(
    "  subnets    rules  resources   build ms   prove ms  us a proof   time x   size x   time/size",
  );
  let smallest: { time: number; size: number } | undefined;
  for (const [subnets, rules] of [
    [10, 100],
    [10, 100],
    [50, 500],
    [100, 1_000],
    [300, 3_000],
    [1_000, 10_000],
  ] as const) {
    const resources = networkOf(subnets, rules);
    const build = medianTime(5, () => graphFromResources(resources));
    const graph = graphFromResources(resources);
    const prove = medianTime(3, () => {
      for (let i = 0; i < subnets; i += 1) {
        const verdict = trace(
          graph,
          { kind: "function", name: `function-${i}` },
          { kind: "service", service: "ssm" },
        );
        if (verdict.status !== "reachable")
          throw new Error(`function-${i} does not reach ssm: ${JSON.stringify(verdict)}`);
      }
    });
    const time = build + prove;
    const warmUp = smallest === undefined;
    smallest = warmUp || smallest?.size === resources.length ? { time, size: resources.length } : smallest;
    if (warmUp || smallest === undefined) continue; // the first round includes compilation
    const [grown, larger] = [time / smallest.time, resources.length / smallest.size];
    const cells = [subnets, rules, resources.length].map((n) => n.toLocaleString("en-US").padStart(9));
    const figures = [build.toFixed(1), prove.toFixed(1), ((prove / subnets) * 1000).toFixed(0)].map((n) =>
      n.padStart(10),
    );
    const ratios = [grown, larger, grown / larger].map((n) => n.toFixed(2).padStart(8));
    console.log(`${cells.join("")}  ${figures.join(" ")} ${ratios.join(" ")}`);
  }
}

/** Time of `npm start` compared with an empty Pulumi program under mocks. The two take turns. */
function startTime(): void {
  const whole: number[] = [];
  const empty: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    empty.push(timed("tools/bench/empty-program.ts"));
    whole.push(timed("cli/preflight.ts"));
  }
  const ratios = whole
    .map((time, i) => time / (empty[i] ?? 1))
    .slice(1)
    .sort((a, b) => a - b);
  console.log(
    `\nnpm start, every stack: ${median(whole).toFixed(0)} ms; an empty Pulumi program under mocks: ` +
      `${median(empty).toFixed(0)} ms; ratio ${(ratios[1] ?? 0).toFixed(2)} (pair by pair ${ratios.map((r) => r.toFixed(2)).join(", ")})`,
  );
}

function timed(program: string): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx/esm", program], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return performance.now() - begin;
}

proofTime();
startTime();
await parameterReads();
// A program of its own, because it runs NGINX as the tests do.
spawnSync(process.execPath, ["--import", "tsx/esm", "tests/nginx/bench.ts"], { stdio: "inherit" });
