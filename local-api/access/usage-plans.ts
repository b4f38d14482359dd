import { isKnown, isRecord, records, type SourceResource } from "@lambda-networking/preflight";
import { hex, type RecordedResource } from "@lambda-networking/preflight/mocks";
import { numberOf } from "../request/parameters.js";
import type { Clock, Limit } from "./throttle.js";
import { limitOf, type NamedLimit } from "./throttle.js";

const PERIODS = ["DAY", "WEEK", "MONTH"] as const;
export type Period = (typeof PERIODS)[number];

export function isPeriod(value: unknown): value is Period {
  return PERIODS.some((period) => period === value);
}

/**
 * A usage plan's quota.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
 */
export interface QuotaSettings {
  /** Requests that each key may send in a period. */
  readonly limit: number;
  readonly period: Period;
  /** Taken off the limit in the first period. */
  readonly offset: number;
}

/**
 * Counts each key's requests in a period. AWS does not say when a period begins: here it is midnight UTC, of a
 * Sunday for a week and of the first day for a month.
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

  /** @returns whether the key had a request left */
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

/** An API key. */
export interface ApiKey {
  readonly id: string;
  /** Logical name. */
  readonly name: string;
  readonly value: string;
  /** Whether the value is made up here, in the place of the one that AWS makes. Only such a value may be shown. */
  readonly isStandIn: boolean;
  readonly isEnabled: boolean;
}

/**
 * A stack's API keys. AWS makes the values of those that are given none; here each gets one that is the same at
 * every start.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html
 */
export function apiKeysOf(resources: readonly RecordedResource[]): ApiKey[] {
  return resources.flatMap(({ type, id = "", name, urn, inputs, properties }) => {
    if (type !== "aws:apigateway/apiKey:ApiKey") return [];
    const given = inputs.value;
    return [
      {
        id,
        name,
        value: textOr(given, textOr(properties.value, hex(40, "api key", urn))),
        isStandIn: typeof given !== "string",
        isEnabled: properties.enabled !== false,
      },
    ];
  });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** A usage plan, as far as it is for one stage. */
export interface UsagePlan {
  readonly name: string;
  /** Ids of the keys that may be sent. */
  readonly keys: ReadonlySet<string>;
  /** For each key. */
  readonly limit: Limit | undefined;
  /** For each key, by method: `/messages/GET`. */
  readonly methodLimits: ReadonlyMap<string, Limit>;
  readonly quota: Quota | undefined;
}

interface Place {
  readonly apiId: string;
  readonly stageName: string;
  readonly now: Clock;
}

/**
 * The usage plans that a stage is in.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function usagePlansOf(
  resources: readonly SourceResource[],
  { apiId, stageName, now }: Place,
): UsagePlan[] {
  const ties = resources.filter(({ type }) => type === "aws:apigateway/usagePlanKey:UsagePlanKey");
  return resources.flatMap(({ type, id, name, properties }) => {
    if (type !== "aws:apigateway/usagePlan:UsagePlan") return [];
    const stage = records(properties.apiStages)
      .filter(isKnown)
      .find((one) => one.apiId === apiId && one.stage === stageName);
    if (stage === undefined) return [];
    const quota = quotaOf(properties.quotaSettings);
    return [
      {
        name,
        keys: new Set(
          ties.filter((tie) => tie.properties.usagePlanId === id).map((tie) => String(tie.properties.keyId)),
        ),
        limit: limitIn(properties.throttleSettings),
        methodLimits: new Map(
          records(stage.throttles).flatMap((one) => {
            const limit = limitIn(one);
            return isKnown(one) && limit !== undefined ? [[String(one.path), limit] as const] : [];
          }),
        ),
        quota: quota && new Quota(quota, now),
      },
    ];
  });
}

/**
 * What a key has to keep to at a method: the plan's limit for the method, and the one for the key as a whole, which
 * a method's own does not replace.
 * @param method `/messages/GET`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function clientLimits(plan: UsagePlan, key: ApiKey, method: string): NamedLimit[] {
  const own = plan.methodLimits.get(method);
  const who = `key ${key.name} of usage plan ${plan.name}`;
  return [
    ...(own === undefined ? [] : [{ ...own, name: `${who} at ${method}` }]),
    ...(plan.limit === undefined ? [] : [{ ...plan.limit, name: who }]),
  ];
}

function limitIn(value: unknown): Limit | undefined {
  if (!isRecord(value)) return undefined;
  return limitOf(numberOf(value.rateLimit), numberOf(value.burstLimit));
}

function quotaOf(value: unknown): QuotaSettings | undefined {
  if (!isRecord(value)) return undefined;
  const limit = numberOf(value.limit);
  const { period } = value;
  if (limit === undefined || !isPeriod(period)) return undefined;
  return { limit, period, offset: numberOf(value.offset) ?? 0 };
}
