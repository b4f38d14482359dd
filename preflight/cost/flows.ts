import type { ResourceUsage, Usage } from "../usage/usage.js";
import type { Flow } from "./charges.js";
import { times } from "./charges.js";
import { KB_PER_GB, SECONDS_PER_MONTH } from "./money.js";

/** Reads of the parameters: one for each request or, with a cache, one for each environment and expiry. */
export function parameterReads({ requestsPerMonth, cacheSeconds = 0, environments }: Usage): Flow {
  if (cacheSeconds === 0) return { perRequest: 1 };
  return { usage: Math.min(requestsPerMonth, (environments * SECONDS_PER_MONTH) / cacheSeconds) };
}

/** Data that the reads of the parameters transfer, in GB both ways. */
export function parameterGb(usage: Usage): Flow {
  return times(parameterReads(usage), (usage.parameterPages * usage.parameterCallKb) / KB_PER_GB);
}

/** Data of an API's requests and responses, in GB both ways. */
export function apiGb({ requestKb, responseKb }: Usage): Flow {
  return { perRequest: (requestKb + responseKb) / KB_PER_GB };
}

/** Usage of one resource in the usage file, by its logical name. */
export function usageOf({ resources }: Usage, name: string): ResourceUsage {
  return Object.hasOwn(resources, name) ? (resources[name] ?? {}) : {};
}

/** Units for each request, unless the usage gives the resource its own requests. */
export function withRequests(usage: Usage, name: string, unitsPerRequest: number): Flow {
  const { requestsPerMonth } = usageOf(usage, name);
  return requestsPerMonth === undefined
    ? { perRequest: unitsPerRequest }
    : { usage: unitsPerRequest * requestsPerMonth };
}
