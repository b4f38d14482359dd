/** Hours of a month, as in AWS's own calculators: 365 days a year in twelve equal parts. */
export const HOURS_PER_MONTH = 730;

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

export const MILLION = 1_000_000;

/** AWS bills a gigabyte of data as 2^30 bytes. Usage is in KB of 1,024 bytes. */
export const KB_PER_GB = 1024 * 1024;

/**
 * Dollars for display: `$65.70`, `$1,234.50`. Below a cent, the first two digits that are not zero: `$0.0042`.
 * Only displayed figures are rounded; sums use unrounded ones.
 */
export function usd(amount: number): string {
  const size = Math.abs(amount);
  const sign = amount < 0 ? "-" : "";
  // `$0.00` would mean that it is free.
  if (size > 0 && size < 0.005) return `${sign}$${small(size)}`;
  // Adds one unit in the last place, because 1.005 is a little less in binary and would round down.
  const cents = Math.round(size * 100 * (1 + Number.EPSILON)) / 100;
  return `${sign}$${cents.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function small(size: number): string {
  const digits = Math.min(100, 1 - Math.floor(Math.log10(size)));
  return size.toFixed(digits).replace(/0+$/, "");
}
