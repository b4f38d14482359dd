import {
  forecastCost,
  type Graph,
  networkFloor,
  networkParts,
  type PinnedIntent,
  type StackFile,
  type Usage,
} from "@lambda-networking/preflight";
import { isUserError, UserError } from "@lambda-networking/preflight/errors";
import { promisesOf } from "./promises.js";
import { type Evaluated, type PromisePrice, pairPrices, promisePrices, search } from "./search.js";
import {
  changesOf,
  commandsOf,
  fileOf,
  partsOf,
  type Shape,
  type ShapedStack,
  shapedStack,
  shapesOf,
} from "./shapes.js";

/** A network with its price, what it gives up, and the commands that make it. */
export interface AdvisedNetwork {
  readonly shape: Shape;
  readonly monthlyUsd: number;
  /** In the words of a reader; empty if it keeps every promise. */
  readonly givesUp: readonly string[];
  readonly isCurrent: boolean;
  readonly commands: readonly string[];
}

export interface Advice {
  readonly stack: string;
  readonly region: string | undefined;
  /** The number of networks that the settings can have, and of those that were built. */
  readonly networks: number;
  readonly built: number;
  /** The cheapest that keeps every promise; undefined if none does. */
  readonly best: AdvisedNetwork | undefined;
  /**
   * The cheapest first: the best, the stack as it is, the cheapest that keeps intents and zones, and for each promise the
   * cheapest without it.
   */
  readonly ranked: readonly AdvisedNetwork[];
  /** What a promise costs with all others kept, or two that no network breaks one by one. The dearest first. */
  readonly promises: readonly { readonly promises: readonly string[]; readonly monthlyUsd: number }[];
  /** What a reader should know of the search. */
  readonly notes: readonly string[];
}

/** Builds a stack in memory from its file. */
export type Build = (file: StackFile) => Promise<Graph>;

/**
 * Finds the cheapest network that keeps every promise of a stack.
 * @throws UserError for a stack without a network of its own, and for mistakes in its file
 */
export async function advise(
  file: StackFile,
  {
    usage,
    pins,
    build,
  }: { readonly usage: Usage; readonly pins: readonly PinnedIntent[] | undefined; readonly build: Build },
): Promise<Advice> {
  const graph = await build(file);
  const stack = shapedOf(file, graph);
  const forecast = forecastCost(graph, usage);
  const { texts, isIntent, brokenBy } = promisesOf(graph, stack.own, pins);
  const { shapes, keptOthers } = shapesOf(stack);
  const candidates = shapes.map((shape) => ({
    shape,
    floor: networkFloor(forecast, partsOf(stack, shape)),
    changes: changesOf(stack, shape).length,
  }));
  const evaluate = async (shape: Shape) => {
    const on = await buildShape(stack, shape, build);
    if (on === undefined) return undefined;
    return { price: forecastCost(on, usage).totals.monthlyUsd, broken: brokenBy(on, shape) };
  };
  const result = await search(candidates, evaluate);
  const singles = promisePrices(result, [...texts.keys()]);
  const prices = [...singles, ...pairPrices(result, singles)];
  const current = result.evaluated.find(({ changes }) => changes === 0) ?? {
    shape: stack.own,
    changes: 0,
    price: forecast.totals.monthlyUsd,
    broken: brokenBy(graph, stack.own),
  };
  const byIntents = result.evaluated.find(({ broken }) => !broken.some(isIntent));
  const advised = ({ shape, price, broken, changes }: Evaluated<Shape>): AdvisedNetwork => ({
    shape,
    monthlyUsd: price,
    givesUp: broken.map((id) => texts.get(id) ?? id),
    isCurrent: changes === 0,
    commands: commandsOf(changesOf(stack, shape), file.stack),
  });
  return {
    stack: file.stack,
    region: file.region,
    networks: shapes.length,
    built: result.evaluated.length,
    best: result.best && advised(result.best),
    ranked: rankedOf([
      ...(result.best ? [result.best] : []),
      ...(byIntents ? [byIntents] : []),
      current,
      ...prices.flatMap(({ without }) => without ?? []),
    ]).map(advised),
    promises: dearestFirst(prices).map(({ promises, price }) => ({
      promises: promises.map((id) => texts.get(id) ?? id),
      monthlyUsd: price,
    })),
    notes: [
      ...(keptOthers
        ? ["endpoints.others stays as it is: with all its combinations there are too many networks."]
        : []),
      ...(forecast.totals.complete
        ? []
        : ["Some prices are not known, so each sum is the least that it costs."]),
    ],
  };
}

function shapedOf(file: StackFile, graph: Graph): ShapedStack {
  const parts = networkParts(graph);
  const [vpc] = graph.vpcs.keys();
  if (vpc === undefined) {
    throw new UserError(
      `${file.stack} has no VPC of its own, so there is no network to choose. With networking: public nothing has a fixed cost.`,
    );
  }
  if (parts === undefined)
    throw new UserError(
      `The NAT of ${file.stack} fits none of the kinds that vpc.nat has, so it cannot be compared.`,
    );
  const ssm = [...graph.endpoints.values()].some(
    ({ service, type }) => service === "ssm" && type === "Interface",
  );
  return shapedStack(file, parts, { ipv6: graph.egressOnlyInternetGateways.size > 0, ssm });
}

/** Undefined for a network that the configuration refuses. */
async function buildShape(stack: ShapedStack, shape: Shape, build: Build): Promise<Graph | undefined> {
  // The program warns of what a configuration cannot do. Here that is most of them, and the proofs tell it.
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return await build(fileOf(stack, shape));
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  } finally {
    console.warn = warn;
  }
}

function rankedOf(networks: readonly Evaluated<Shape>[]): Evaluated<Shape>[] {
  const distinct = new Map(networks.map((each) => [JSON.stringify(each.shape), each]));
  return [...distinct.values()].sort((a, b) => a.price - b.price || a.changes - b.changes);
}

function dearestFirst(prices: readonly PromisePrice<Shape>[]): PromisePrice<Shape>[] {
  return prices.filter(({ price }) => price > 0).sort((a, b) => b.price - a.price);
}
