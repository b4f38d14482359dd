import type { ResourceRef } from "../graph/index.js";
import { MILLION } from "./money.js";
import { costOf, type Product, priceOf, unitPriceOf } from "./prices.js";

/** A billed quantity of a resource, before it has a price. Quantities are in the product's unit. */
export interface Charge {
  readonly what: string;
  readonly product: Product;
  /** Units a month that do not depend on traffic. */
  readonly fixed?: number;
  /** Units for each request to the API. */
  readonly perRequest?: number;
  /** Units a month that depend on use, but not on the number of requests. */
  readonly usage?: number;
  /** Whether a value that is still unknown may raise it. */
  readonly atLeast?: boolean;
}

/** Units that depend on traffic. */
export type Flow = Pick<Charge, "perRequest" | "usage">;

/** One charge of one resource, in USD and unrounded. */
export interface CostLine {
  readonly resource: ResourceRef;
  readonly what: string;
  readonly product: Product;
  /** Units a month with this usage. */
  readonly quantity: number;
  readonly unit: string;
  /** Price of the first unit of a month. If it is unknown, this and the four figures below are undefined. */
  readonly unitPriceUsd: number | undefined;
  readonly fixedMonthlyUsd: number | undefined;
  readonly perMillionRequestsUsd: number | undefined;
  /** Cost with this usage, without the fixed part. */
  readonly usageMonthlyUsd: number | undefined;
  /** Sum of the fixed part and the usage. */
  readonly monthlyUsd: number | undefined;
  /** Whether a value that is still unknown may raise it. */
  readonly atLeast: boolean;
  /** Region of the resource. */
  readonly region: string;
  /** Region of the price: us-east-1 if the table has no price for the resource's own region. */
  readonly pricedAs: string;
  readonly date: string;
  readonly source: string;
}

export interface CostTotals {
  readonly fixedMonthlyUsd: number;
  /** Calculated with the price of a month's first request. */
  readonly perMillionRequestsUsd: number;
  /** Cost with the given usage. */
  readonly monthlyUsd: number;
  /** False if a price or a size is unknown. The sums are then a lower bound. */
  readonly complete: boolean;
}

/** Multiplies a charge with the price of a region. */
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

/** Sums of cost lines. A line without a known price adds nothing and makes the sums incomplete. */
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
