/** Hours that a month counts, as AWS's own calculators do: 365 days a year, in twelve equal parts. */
export const HOURS_PER_MONTH = 730;

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

export const MILLION = 1_000_000;

/** AWS bills a gigabyte of data as 2^30 bytes; usage is written in KB of 1,024 bytes. */
export const KB_PER_GB = 1024 * 1024;

/**
 * Dollars for people: `$65.70`, `$1,234.50`. Below a cent, the first two digits that are not zero: `$0.0042`.
 * Rounding is for display only; sums are made of unrounded figures.
 */
export function usd(amount: number): string {
  const size = Math.abs(amount);
  const sign = amount < 0 ? "-" : "";
  // What prints as $0.00 would say that it is free.
  if (size > 0 && size < 0.005) return `${sign}$${small(size)}`;
  // One unit in the last place upwards, so that 1.005 is not printed as what binary makes of it.
  const cents = Math.round(size * 100 * (1 + Number.EPSILON)) / 100;
  return `${sign}$${cents.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function small(size: number): string {
  const digits = Math.min(100, 1 - Math.floor(Math.log10(size)));
  return size.toFixed(digits).replace(/0+$/, "");
}
