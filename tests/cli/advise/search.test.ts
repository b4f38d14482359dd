import { expect } from "chai";
import fc from "fast-check";
import {
  type Candidate,
  type Evaluation,
  pairPrices,
  promisePrices,
  search,
} from "../../../cli/advise/search.js";
import { type Shape, shapesOf } from "../../../cli/advise/shapes.js";
import { NAT_MODES } from "../../../preflight/aws/nat-modes.js";

const EMPTY_FILE = { project: "p", stack: "s", region: "eu-west-1", config: {}, secretKeys: [] };

/** A model of networks: what they cost and which promises they break, without a stack. */
interface World {
  readonly own: Shape;
  readonly prices: Readonly<Record<string, number>>;
  /** What data adds, by the number of endpoints. */
  readonly data: number;
  readonly promises: readonly string[];
}

const PROMISES = ["internet", "closed", "ssm", "private ssm", "zones", "zone failure", "offered kms"];

const world: fc.Arbitrary<World> = fc.record({
  own: fc.record({
    zones: fc.integer({ min: 1, max: 3 }),
    nat: fc.constantFrom(...NAT_MODES),
    instancePerZone: fc.boolean(),
    ipv6: fc.boolean(),
    ssm: fc.boolean(),
    others: fc.subarray(["kms", "sns"]),
    internetAccess: fc.boolean(),
    via: fc.constantFrom("auto" as const, "ipv6" as const, undefined),
  }),
  prices: fc.record(
    Object.fromEntries(
      [...NAT_MODES, "endpoint", "instances"].map((name) => [name, fc.integer({ min: 0, max: 40 })]),
    ),
  ),
  data: fc.integer({ min: 0, max: 9 }),
  promises: fc.subarray(PROMISES),
});

function fixedPrice({ prices }: World, { zones, nat, instancePerZone, ssm, others, via }: Shape): number {
  const gateways =
    nat === "none" ? 0 : nat === "single" || (nat === "instance" && !instancePerZone) ? 1 : zones;
  const own = via === "auto" && nat === "none" && !others.includes("sns") ? 1 : 0;
  return (
    (prices[nat] ?? 0) * gateways + (prices.endpoint ?? 0) * zones * ((ssm ? 1 : 0) + others.length + own)
  );
}

/** Undefined where the configuration would refuse. */
function judge(model: World, shape: Shape): Evaluation | undefined {
  const { own, promises, data } = model;
  const { zones, nat, instancePerZone, ipv6, ssm, others, internetAccess, via } = shape;
  if (internetAccess && nat === "none" && !ipv6) return undefined;
  if (via === "ipv6" && (!ipv6 || others.includes("sns"))) return undefined;
  const broken = new Set<string>();
  if (!internetAccess || nat === "none") broken.add("internet");
  if (internetAccess || (nat !== "none" && !ssm)) broken.add("closed");
  if (!ssm && nat === "none") broken.add("ssm");
  if (!ssm) broken.add("private ssm");
  if (zones < own.zones) broken.add("zones");
  if (zones > 1 && (nat === "single" || (nat === "instance" && !instancePerZone))) broken.add("zone failure");
  if (!others.includes("kms") && !internetAccess) broken.add("offered kms");
  const price = fixedPrice(model, shape) + data * (ssm ? 1 : 2);
  return { price, broken: promises.filter((promise) => broken.has(promise)) };
}

/** Every network, by loops of its own and without any pruning. */
function bruteForce(model: World) {
  const { own } = model;
  const all: Evaluation[] = [];
  for (let zones = 1; zones <= own.zones; zones++)
    for (const nat of NAT_MODES)
      for (const instancePerZone of [true, false])
        for (const ipv6 of [true, false])
          for (const ssm of [true, false])
            for (const internetAccess of own.internetAccess ? [true, false] : [false])
              for (const via of own.via === undefined ? [undefined] : (["auto", "ipv6"] as const))
                for (let bits = 0; bits < 2 ** own.others.length; bits++) {
                  const others = own.others.filter((_, i) => (bits >> i) % 2 === 1);
                  const each = judge(model, {
                    zones,
                    nat,
                    instancePerZone,
                    ipv6,
                    ssm,
                    others,
                    internetAccess,
                    via,
                  });
                  if (each !== undefined) all.push(each);
                }
  const cheapest = (kept: (broken: readonly string[]) => boolean) =>
    Math.min(...all.filter(({ broken }) => kept(broken)).map(({ price }) => price));
  const best = cheapest((broken) => broken.length === 0);
  const prices = model.promises.map(
    (promise) => Math.max(0, best - cheapest((broken) => broken.every((one) => one === promise))) || 0,
  );
  const pairs = model.promises.flatMap((one, i) =>
    model.promises.slice(i + 1).flatMap((other, j) => {
      const [a = 0, b = 0] = [prices[i], prices[i + 1 + j]];
      const price = best - cheapest((broken) => broken.every((each) => each === one || each === other));
      return (a === 0 || b === 0) && price > Math.max(a, b) ? [price] : [];
    }),
  );
  return { best, prices, pairs };
}

function candidatesOf(model: World): Candidate<Shape>[] {
  const { shapes } = shapesOf(
    { file: EMPTY_FILE, own: model.own, fixedEndpoints: 0 },
    Number.POSITIVE_INFINITY,
  );
  return shapes.map((shape) => ({ shape, floor: fixedPrice(model, shape), changes: 0 }));
}

describe("search", () => {
  it("agrees with brute force on the cheapest network and on the price of every promise, in 500 random cases", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (model) => {
        const expected = bruteForce(model);
        const result = await search(candidatesOf(model), async (shape) => judge(model, shape));
        if (!Number.isFinite(expected.best)) {
          expect(result.best).to.equal(undefined);
          return;
        }
        expect(result.best?.price).to.equal(expected.best);
        const singles = promisePrices(result, model.promises);
        expect(singles.map(({ price }) => price)).to.deep.equal(expected.prices);
        expect(pairPrices(result, singles).map(({ price }) => price)).to.deep.equal(expected.pairs);
      }),
      { numRuns: 500 },
    );
  });

  const fixed = (price: number, broken: readonly string[] = [], floor = price, changes = 1) => ({
    shape: { price, broken },
    floor,
    changes,
  });
  const evaluate = async (shape: Evaluation) => shape;

  it("builds no network whose floor is above a price that keeps everything", async () => {
    const built: number[] = [];
    const result = await search([fixed(30), fixed(10), fixed(20), fixed(5, ["a"])], async (shape) => {
      built.push(shape.price);
      return shape;
    });
    expect(result.best?.price).to.equal(10);
    expect(built).to.deep.equal([5, 10]);
  });

  it("builds on if a floor is low, although an earlier network keeps everything", async () => {
    const { best } = await search([fixed(30, [], 1), fixed(20, [], 2), fixed(40, [], 3)], evaluate);
    expect(best?.price).to.equal(20);
  });

  it("takes the network with fewer changes of two at the same price", async () => {
    const { best } = await search(
      [fixed(10, [], 10, 3), fixed(10, [], 10, 0), fixed(10, [], 10, 2)],
      evaluate,
    );
    expect(best?.changes).to.equal(0);
  });

  it("passes over what the configuration refuses, and finds nothing if nothing keeps everything", async () => {
    expect((await search([fixed(1)], async () => undefined)).best).to.equal(undefined);
    expect((await search([fixed(1, ["a"])], evaluate)).best).to.equal(undefined);
  });

  it("fails loudly if a price is below its floor, because the cheapest may then be passed over", async () => {
    const failure = await search([fixed(1, [], 2)], evaluate).catch((error: unknown) => error);
    expect(String(failure)).to.contain("below its floor");
  });
});
