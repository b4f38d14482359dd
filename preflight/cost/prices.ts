import { PRICES } from "./price-table.js";

/** A span of a price that depends on the quantity a month. */
export interface PriceTier {
  /** Units a month up to which it holds, the earlier tiers' included; absent in the last tier. */
  readonly upTo?: number;
  readonly usd: number;
}

/** One row of the price table. Taxes, free tiers and discounts are no part of it. */
export interface Price {
  readonly product: string;
  /** The region that the source names. */
  readonly region: string;
  /** What one unit is: `hour`, `GB`, `request`, `GB-second`. */
  readonly unit: string;
  /** Ascending; undefined when no source is known for the price. An unknown price is never zero. */
  readonly tiers: readonly PriceTier[] | undefined;
  /** When the source said so, as YYYY-MM-DD. */
  readonly date: string;
  readonly source: string;
}

/** The region that has a row for every product. */
export const HOME_REGION = "us-east-1";

const rows = new Map(PRICES.map((price) => [`${price.product} ${price.region}`, price]));

/** Every product that has a price, or is known to have none that could be found. */
export type Product = (typeof PRICES)[number]["product"];

/**
 * The price of a product in a region: the region's own row, else that of us-east-1, whose `region` then tells.
 * @throws Error for a product without any row
 */
export function priceOf(product: Product, region: string): Price {
  const price = rows.get(`${product} ${region}`) ?? rows.get(`${product} ${HOME_REGION}`);
  if (price === undefined) throw new Error(`the price table has no row for ${product}`);
  return price;
}

/** What so many units a month cost, in USD; undefined when the price is not known. */
export function costOf({ tiers }: Price, quantity: number): number | undefined {
  if (tiers === undefined) return undefined;
  let total = 0;
  let from = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, usd } of tiers) {
    if (quantity <= from) break;
    total += (Math.min(quantity, upTo) - from) * usd;
    from = upTo;
  }
  return total;
}

/** The price of a month's first unit, in USD; undefined when it is not known. */
export function unitPriceOf({ tiers }: Price): number | undefined {
  return tiers?.[0]?.usd;
}
