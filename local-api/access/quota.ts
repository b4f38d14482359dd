import type { QuotaPeriod } from "@lambda-networking/preflight";
import type { Clock } from "./throttle.js";

/**
 * Quota of a usage plan.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
 */
export interface QuotaSettings {
  /** Requests that each key may send in a period. */
  readonly limit: number;
  readonly period: QuotaPeriod;
  /** Requests that are taken off the limit in the first period. */
  readonly offset: number;
}

/**
 * Counts the requests of each key in a period. AWS does not document when a period begins. Here it begins at midnight
 * UTC: each day, on Sunday for a week, or on the first day for a month.
 */
export class Quota {
  private readonly first: number;
  private begin: number;
  private readonly used = new Map<string, number>();

  constructor(
    readonly settings: QuotaSettings,
    private readonly now: Clock,
  ) {
    this.first = this.beginning();
    this.begin = this.first;
  }

  /** @returns whether the key has a request left */
  take(key: string): boolean {
    if (this.left(key) <= 0) return false;
    this.used.set(key, (this.used.get(key) ?? 0) + 1);
    return true;
  }

  /** Requests that a key has left in this period. */
  left(key: string): number {
    const begin = this.beginning();
    if (begin > this.begin) {
      this.begin = begin;
      this.used.clear();
    }
    const { limit, offset } = this.settings;
    const limitNow = this.begin === this.first ? limit - offset : limit;
    return Math.max(0, limitNow - (this.used.get(key) ?? 0));
  }

  private beginning(): number {
    const date = new Date(this.now());
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    switch (this.settings.period) {
      case "DAY":
        return Date.UTC(year, month, day);
      case "WEEK":
        return Date.UTC(year, month, day - date.getUTCDay());
      case "MONTH":
        return Date.UTC(year, month);
    }
  }
}
