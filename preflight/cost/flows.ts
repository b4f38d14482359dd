import type { ResourceUsage, Usage } from "../usage/usage.js";
import type { Flow } from "./charges.js";
import { times } from "./charges.js";
import { KB_PER_GB, SECONDS_PER_MONTH } from "./money.js";

/** How often the parameters are read: with each request or, with a cache, by each environment in turn. */
export function parameterReads({ requestsPerMonth, cacheSeconds = 0, environments }: Usage): Flow {
  if (cacheSeconds === 0) return { perRequest: 1 };
  return { usage: Math.min(requestsPerMonth, (environments * SECONDS_PER_MONTH) / cacheSeconds) };
}

/** What reading the parameters moves, in GB both ways. */
export function parameterGb(usage: Usage): Flow {
  return times(parameterReads(usage), (usage.parameterPages * usage.parameterCallKb) / KB_PER_GB);
}

/** What requests and responses move through an API, in GB both ways. */
export function apiGb({ requestKb, responseKb }: Usage): Flow {
  return { perRequest: (requestKb + responseKb) / KB_PER_GB };
}

/** The usage that is written for one resource, by its logical name. */
export function usageOf({ resources }: Usage, name: string): ResourceUsage {
  return Object.hasOwn(resources, name) ? (resources[name] ?? {}) : {};
}

/** Units that come with each request, unless the resource has requests of its own. */
export function withRequests(usage: Usage, name: string, unitsPerRequest: number): Flow {
  const { requestsPerMonth } = usageOf(usage, name);
  return requestsPerMonth === undefined
    ? { perRequest: unitsPerRequest }
    : { usage: unitsPerRequest * requestsPerMonth };
}
