import { PRICES, type Price } from "./price-table.js";

/** The region with a row for every product. */
export const HOME_REGION = "us-east-1";

const rows = new Map(PRICES.map((price) => [`${price.product} ${price.region}`, price]));

/** Every product of the table, including those without a known price. */
export type Product = (typeof PRICES)[number]["product"];

/**
 * The price of a product in a region. If the region has no row, the price of us-east-1, whose `region` is us-east-1.
 * @throws Error if the product has no row
 */
export function priceOf(product: Product, region: string): Price {
  const price = rows.get(`${product} ${region}`) ?? rows.get(`${product} ${HOME_REGION}`);
  if (price === undefined) throw new Error(`the price table has no row for ${product}`);
  return price;
}

/** Cost of a monthly quantity, in USD. Undefined if the price is unknown. */
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

/** Price of the first unit of a month, in USD. Undefined if it is unknown. */
export function unitPriceOf({ tiers }: Price): number | undefined {
  return tiers?.[0]?.usd;
}
