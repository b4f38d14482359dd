import { refOf } from "../graph/build/references.js";
import type { Graph, ResourceRef, SourceResource } from "../graph/index.js";
import { withCache } from "../usage/parameter-reads.js";
import type { Usage } from "../usage/usage.js";
import { type CostLine, type CostTotals, toLine, totalsOf } from "./charges.js";
import { functionNetworks } from "./network-charges.js";
import { computePricers, tracerOf } from "./pricers/compute.js";
import { dataPricers } from "./pricers/data.js";
import { isFree } from "./pricers/free-types.js";
import { networkPricers } from "./pricers/network.js";
import { operationsPricers } from "./pricers/operations.js";
import type { Pricer } from "./pricers/pricer.js";
import { releasePricers } from "./pricers/releases.js";
import { HOME_REGION } from "./prices.js";

export interface CostForecast {
  /** Region of the stack; us-east-1 if it is unknown. */
  readonly region: string;
  readonly lines: readonly CostLine[];
  readonly totals: CostTotals;
  /** Resources with an unknown cost, by type. No sum includes them. */
  readonly notPriced: readonly { readonly type: string; readonly resources: readonly ResourceRef[] }[];
  /** Products that the table has no price for in this region. They have the price of us-east-1. */
  readonly pricedElsewhere: readonly string[];
  /** The oldest and the newest date of the used prices, YYYY-MM-DD. Undefined if there are no lines. */
  readonly pricedOn: { readonly oldest: string; readonly newest: string } | undefined;
  /** Assumptions and omissions of the figures, a sentence each. */
  readonly notes: readonly string[];
}

const PRICERS: ReadonlyMap<string, Pricer> = new Map(
  Object.entries({
    ...networkPricers,
    ...computePricers,
    ...operationsPricers,
    ...dataPricers,
    ...releasePricers,
  }),
);

/**
 * Monthly cost of a stack, before taxes, free tiers and discounts.
 *
 * Each request is assumed to invoke every function once. `resources` of the usage holds the traffic of a resource that
 * differs.
 *
 * @param region region of the resources that name none; by default the graph's
 */
export function forecastCost(graph: Graph, usage: Usage, region?: string): CostForecast {
  const known = region ?? graph.region;
  const stackRegion = known ?? HOME_REGION;
  const lines: CostLine[] = [];
  const notPriced = new Map<string, ResourceRef[]>();
  const programs = programPackages(graph);
  const context = {
    graph,
    usage: withCache(graph, usage),
    networks: functionNetworks(graph),
    tracer: tracerOf(graph),
  };
  for (const resource of graph.resources.values()) {
    const { type, isRead } = resource;
    // What is only read is paid for by its owner.
    if (isRead === true) continue;
    if (isFree(type) || (isComponent(type) && programs.has(packageOf(type)))) continue;
    const charges = PRICERS.get(type)?.(resource, context);
    if (charges === undefined) {
      notPriced.set(type, [...(notPriced.get(type) ?? []), refOf(resource)]);
      continue;
    }
    const at = regionOf(graph, resource, stackRegion);
    lines.push(...charges.map((charge) => toLine(refOf(resource), charge, at, usage.requestsPerMonth)));
  }
  const totals = totalsOf(lines);
  const elsewhere = lines.filter((line) => line.pricedAs !== line.region);
  const pricedElsewhere = [...new Set(elsewhere.map(({ product }) => product))];
  return {
    region: stackRegion,
    lines,
    totals: { ...totals, complete: totals.complete && notPriced.size === 0 },
    notPriced: [...notPriced].map(([type, resources]) => ({ type, resources })),
    pricedElsewhere,
    pricedOn: datesOf(lines),
    notes: notesOf(known, lines, pricedElsewhere),
  };
}

/**
 * Packages whose components show what they are made of, because one of them has children. A component of such a package
 * costs what its children cost. Under mocks a component of another program is a single resource whose cost is unknown.
 */
function programPackages({ resources }: Graph): ReadonlySet<string> {
  const parents = [...resources.values()].map(({ parent }) => resources.get(parent ?? ""));
  return new Set(parents.flatMap((parent) => (parent === undefined ? [] : packageOf(parent.type))));
}

function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

/** Component types have no module: `awsx:ec2:Vpc`. */
function isComponent(type: string): boolean {
  return !type.includes("/");
}

/** Region of one resource, which may be in another one than most of the stack. */
function regionOf(graph: Graph, { urn }: SourceResource, region: string): string {
  const own = graph.homeOf(urn).region;
  return own === undefined || own === graph.region ? region : own;
}

function datesOf(lines: readonly CostLine[]): CostForecast["pricedOn"] {
  const dates = lines.map(({ date }) => date).sort();
  const [oldest] = dates;
  const newest = dates.at(-1);
  return oldest === undefined || newest === undefined ? undefined : { oldest, newest };
}

function notesOf(
  region: string | undefined,
  lines: readonly CostLine[],
  elsewhere: readonly string[],
): string[] {
  const notes = ["Before taxes, free tiers and discounts.", "Each request invokes every function once."];
  if (region === undefined) notes.push(`The region is not known: priced as ${HOME_REGION}.`);
  if (elsewhere.length > 0) {
    notes.push(
      `Without a price for ${region ?? "their region"}, and priced as ${HOME_REGION}: ${elsewhere.join(", ")}.`,
    );
  }
  const unknown = lines.filter(({ unitPriceUsd }) => unitPriceUsd === undefined);
  for (const { resource, what } of unknown) notes.push(`No price is known for ${what} of ${resource.name}.`);
  const atLeast = new Set(lines.filter((line) => line.atLeast).map(({ resource }) => resource.name));
  if (atLeast.size > 0) notes.push(`Not all is known yet of ${[...atLeast].join(", ")}: it may cost more.`);
  return notes;
}
