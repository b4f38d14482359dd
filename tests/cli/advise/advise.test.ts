import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Advice, advise } from "../../../cli/advise/advice.js";
import { promisesOf } from "../../../cli/advise/promises.js";
import {
  changesOf,
  commandsOf,
  fileOf,
  partsOf,
  type Shape,
  shapedStack,
  shapesOf,
} from "../../../cli/advise/shapes.js";
import { main } from "../../../cli/advise.js";
import { graphOfStack } from "../../../cli/lib/graphs.js";
import { isUserError } from "../../../preflight/errors/user-error.js";
import {
  DEFAULT_USAGE,
  forecastCost,
  type Graph,
  networkFloor,
  networkParts,
} from "../../../preflight/index.js";
import type { StackFile } from "../../../preflight/sources/stack-files.js";
import { runCommand } from "../../support/commands.js";
import { type Settings, stackFile } from "../../support/stacks.js";
import { TEST_PROJECT } from "../../support/test-project.js";

const graphs = new Map<string, Promise<Graph>>();

/** Builds each stack once for all tests. */
function build(file: StackFile): Promise<Graph> {
  const key = JSON.stringify(file.config);
  const graph = graphs.get(key) ?? graphOfStack(file, TEST_PROJECT).then((found) => found.graph);
  graphs.set(key, graph);
  return graph;
}

const VPC = { cidrBlock: "10.20.0.0/16", availabilityZones: 1 };

const adviceOn = (settings: Settings): Promise<Advice> =>
  advise(stackFile("prod", settings), { usage: DEFAULT_USAGE, pins: undefined, build });

describe("npm run advise, on whole programs", () => {
  // Ties the search and its floors to what the program builds and the forecast says.
  const settings: Settings = {
    vpc: { ...VPC, nat: "single" },
    function: { internetAccess: true },
  };

  it("finds what building every network finds, and no floor is above a price", async () => {
    const file = stackFile("prod", settings);
    const graph = await build(file);
    const parts = networkParts(graph);
    if (parts === undefined) throw new Error("the stack has no VPC");
    const stack = shapedStack(file, parts, { ipv6: false, ssm: true });
    const { brokenBy } = promisesOf(graph, stack.own, undefined);
    const forecast = forecastCost(graph, DEFAULT_USAGE);
    const prices: number[] = [];
    for (const shape of shapesOf(stack).shapes) {
      const on = await build(fileOf(stack, shape)).catch((error: unknown) => {
        if (!isUserError(error)) throw error;
      });
      if (on === undefined) continue;
      const price = forecastCost(on, DEFAULT_USAGE).totals.monthlyUsd;
      expect(price, JSON.stringify(shape)).to.be.at.least(
        networkFloor(forecast, partsOf(stack, shape)) - 1e-6,
      );
      if (brokenBy(on, shape).length === 0) prices.push(price);
    }
    const { best } = await adviceOn(settings);
    expect(best?.monthlyUsd).to.be.closeTo(Math.min(...prices), 1e-6);
  }).timeout(120_000);

  it("prices each promise of a stack, and says what each cheaper network gives up", async () => {
    const { best, ranked, promises } = await adviceOn(settings);
    expect(best?.isCurrent).to.equal(true);
    const price = Object.fromEntries(
      promises.map(({ promises: each, monthlyUsd }) => [each.join(), monthlyUsd]),
    );
    // In eu-west-1 a NAT gateway with its address is $38.69 a month, and an interface endpoint $8.03 with data.
    expect(price["fetcher -> internet"]).to.be.closeTo(38.69, 0.05);
    expect(price["calls of ssm stay off public addresses"]).to.be.closeTo(8.03, 0.1);
    for (const { givesUp, monthlyUsd, isCurrent } of ranked)
      expect(isCurrent || monthlyUsd < (best?.monthlyUsd ?? 0), `cheaper, or as it is`).to.equal(
        isCurrent || givesUp.length > 0,
      );
  });

  it("recommends no NAT where nothing uses it, with the commands", async () => {
    const { best } = await adviceOn({ vpc: { ...VPC, nat: "single" }, function: { internetAccess: false } });
    expect(best?.shape.nat).to.equal("none");
    expect(best?.givesUp).to.deep.equal([]);
    expect(best?.commands).to.deep.equal(["npx pulumi config set --path vpc.nat none -s prod"]);
  });

  it("shows SNS over IPv6, which keeps neither of two promises, with the price of both", async () => {
    const { ranked, promises } = await adviceOn({ vpc: { ...VPC, nat: "none" }, logPipeline: {} });
    const overIpv6 = ranked.find(({ shape }) => shape.via === "ipv6");
    expect(overIpv6?.givesUp).to.have.members([
      "log-producer -> internet stays closed",
      "calls of sns stay off public addresses",
    ]);
    expect(overIpv6?.commands).to.deep.equal([
      "npx pulumi config set --path vpc.ipv6 true -s prod",
      "npx pulumi config set --path logPipeline.via ipv6 -s prod",
    ]);
    const pair = promises.find(({ promises: each }) => each.length === 2);
    expect(pair?.monthlyUsd).to.be.closeTo(8.03, 0.1);
  }).timeout(120_000);

  it("never opens the internet to save money", async () => {
    // Through NAT the function reads its parameters too, but its group then admits all addresses.
    const { ranked } = await adviceOn({
      vpc: { ...VPC, nat: "single" },
      function: { internetAccess: false },
    });
    const open = ranked.filter(({ shape }) => shape.nat !== "none" && !shape.ssm);
    for (const { givesUp } of open) expect(givesUp).to.include("fetcher -> internet stays closed");
  });
});

describe("npm run advise", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "advise-"));
    cpSync(TEST_PROJECT, folder, { recursive: true });
    writeFileSync(
      join(folder, "Pulumi.small.yaml"),
      "config:\n  aws:region: eu-west-1\n  networking: vpc\n  vpc:\n    availabilityZones: 1\n    nat: single\n",
    );
    writeFileSync(join(folder, "usage.yaml"), "requestsPerMonth: 1000\n");
  });
  after(() => rmSync(folder, { recursive: true }));
  const run = (...argv: string[]) => runCommand(main, argv, undefined, { folder, project: folder });

  it("prints a ranked table with the commands, in 100 columns, and exit code 0", async () => {
    const { status, stdout, stderr } = await run("--stack", "small");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.match(/^small {2}eu-west-1 {2}\d+ networks/);
    expect(stdout).to.contain("1 AZ, no NAT, endpoints ssm (keeps every promise)");
    expect(stdout).to.contain("  npx pulumi config set --path vpc.nat none -s small");
    expect(stdout.split("\n").filter(({ length }) => length > 100)).to.deep.equal([]);
  }).timeout(120_000);

  it("prints JSON with the networks by price, for the traffic of a file beside the user", async () => {
    const { status, stdout } = await run("--stack", "small", "--json", "--usage", "usage.yaml");
    expect(status).to.equal(0);
    const { schemaVersion, best, ranked } = JSON.parse(stdout);
    expect(schemaVersion).to.equal("1.0");
    expect(best.shape.nat).to.equal("none");
    const prices = ranked.map(({ monthlyUsd }: { monthlyUsd: number }) => monthlyUsd);
    expect(prices).to.deep.equal([...prices].sort((a, b) => a - b));
  }).timeout(120_000);

  for (const [title, argv, text] of [
    ["without a stack", [], "Which stack?"],
    ["for a stack without a file", ["--stack", "nowhere"], 'There is no stack "nowhere"'],
    ["for a stack without a VPC", ["--stack", "dev"], "dev has no VPC of its own"],
    ["for a usage file that is not there", ["--stack", "small", "--usage", "no.yaml"], "no.yaml"],
    ["for an unknown option", ["--stack", "small", "--cheap"], "--cheap"],
  ] as const) {
    it(`ends with 2 and one clear text ${title}`, async () => {
      const { status, stdout, stderr } = await run(...argv);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.contain(text);
      expect(stderr).not.to.match(/^\s+at /m);
    });
  }
});

describe("commandsOf", () => {
  const file: StackFile = stackFile("prod", {
    vpc: { availabilityZones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"], nat: "perAz" },
    endpoints: { ssm: false, others: { kms: {}, "ecr.api": {} } },
    logPipeline: {},
  });
  const own: Shape = {
    zones: 3,
    nat: "perAz",
    instancePerZone: false,
    ipv6: false,
    ssm: false,
    others: ["kms", "ecr.api"],
    internetAccess: false,
    via: "auto",
  };
  const stack = { file, own, fixedEndpoints: 0 };
  const commands = (shape: Partial<Shape>) => commandsOf(changesOf(stack, { ...own, ...shape }), "prod");

  it("is empty for the stack as it is", () => expect(commands({})).to.deep.equal([]));

  it("names each setting that differs, and removes items from their end", () => {
    expect(
      commands({
        zones: 1,
        nat: "instance",
        instancePerZone: true,
        ipv6: true,
        ssm: true,
        others: [],
        via: "ipv6",
      }),
    ).to.deep.equal([
      "npx pulumi config rm --path 'vpc.availabilityZones[2]' -s prod",
      "npx pulumi config rm --path 'vpc.availabilityZones[1]' -s prod",
      "npx pulumi config set --path vpc.nat instance -s prod",
      "npx pulumi config set --path vpc.natInstance.perAz true -s prod",
      "npx pulumi config set --path vpc.ipv6 true -s prod",
      "npx pulumi config rm --path endpoints.ssm -s prod",
      "npx pulumi config rm --path endpoints.others.kms -s prod",
      `npx pulumi config rm --path 'endpoints.others["ecr.api"]' -s prod`,
      "npx pulumi config set --path logPipeline.via ipv6 -s prod",
    ]);
  });
});
