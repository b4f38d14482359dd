import type { ResourceRef } from "../graph/index.js";
import { MILLION } from "./money.js";
import { costOf, type Product, priceOf, unitPriceOf } from "./prices.js";

/** What a resource is billed for, before it has a price. Quantities are in the product's unit. */
export interface Charge {
  readonly what: string;
  readonly product: Product;
  /** Units a month whatever the traffic. */
  readonly fixed?: number;
  /** Units for each request to the API. */
  readonly perRequest?: number;
  /** Units a month that come with use, but not with each request. */
  readonly usage?: number;
  /** Whether a value that is not known yet may make it more. */
  readonly atLeast?: boolean;
}

/** Units that follow traffic. */
export type Flow = Pick<Charge, "perRequest" | "usage">;

/** One charge of one resource, in USD and unrounded. */
export interface CostLine {
  readonly resource: ResourceRef;
  readonly what: string;
  readonly product: Product;
  /** Units a month with this usage. */
  readonly quantity: number;
  readonly unit: string;
  /** Of the first unit a month; undefined: no price is known, and so are the four figures below. */
  readonly unitPriceUsd: number | undefined;
  readonly fixedMonthlyUsd: number | undefined;
  readonly perMillionRequestsUsd: number | undefined;
  /** Beyond what is fixed, with this usage. */
  readonly usageMonthlyUsd: number | undefined;
  /** Fixed and usage together. */
  readonly monthlyUsd: number | undefined;
  /** Whether a value that is not known yet may make it more. */
  readonly atLeast: boolean;
  /** Where the resource is. */
  readonly region: string;
  /** The region whose price it is: us-east-1 where the resource's own has none in the table. */
  readonly pricedAs: string;
  readonly date: string;
  readonly source: string;
}

export interface CostTotals {
  readonly fixedMonthlyUsd: number;
  /** At the price of a month's first request. */
  readonly perMillionRequestsUsd: number;
  /** With the usage that was given. */
  readonly monthlyUsd: number;
  /** False when something has no known price or size: the sums are then the least that it costs. */
  readonly complete: boolean;
}

/** Puts the price of a region on a charge. */
export function toLine(
  resource: ResourceRef,
  charge: Charge,
  region: string,
  requestsPerMonth: number,
): CostLine {
  const { what, product, fixed = 0, perRequest = 0, usage = 0, atLeast = false } = charge;
  const price = priceOf(product, region);
  const quantity = fixed + perRequest * requestsPerMonth + usage;
  const unitPriceUsd = unitPriceOf(price);
  const fixedMonthlyUsd = costOf(price, fixed);
  const monthlyUsd = costOf(price, quantity);
  return {
    resource,
    what,
    product,
    quantity,
    unit: price.unit,
    unitPriceUsd,
    fixedMonthlyUsd,
    perMillionRequestsUsd: unitPriceUsd === undefined ? undefined : perRequest * MILLION * unitPriceUsd,
    usageMonthlyUsd:
      monthlyUsd === undefined || fixedMonthlyUsd === undefined ? undefined : monthlyUsd - fixedMonthlyUsd,
    monthlyUsd,
    atLeast,
    region,
    pricedAs: price.region,
    date: price.date,
    source: price.source,
  };
}

/** The sums of some lines; what has no known price adds nothing and makes them incomplete. */
export function totalsOf(lines: readonly CostLine[]): CostTotals {
  const sum = (figure: (line: CostLine) => number | undefined) =>
    lines.reduce((total, line) => total + (figure(line) ?? 0), 0);
  return {
    fixedMonthlyUsd: sum((line) => line.fixedMonthlyUsd),
    perMillionRequestsUsd: sum((line) => line.perMillionRequestsUsd),
    monthlyUsd: sum((line) => line.monthlyUsd),
    complete: lines.every(({ monthlyUsd, atLeast }) => monthlyUsd !== undefined && !atLeast),
  };
}

export function times({ perRequest = 0, usage = 0 }: Flow, factor: number): Flow {
  return { perRequest: perRequest * factor, usage: usage * factor };
}

export function plus(a: Flow, b: Flow): Flow {
  return {
    perRequest: (a.perRequest ?? 0) + (b.perRequest ?? 0),
    usage: (a.usage ?? 0) + (b.usage ?? 0),
  };
}
