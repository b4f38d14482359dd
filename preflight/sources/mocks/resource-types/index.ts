import { API_GATEWAY } from "./api-gateway.js";
import { CERTIFICATES } from "./certificates.js";
import { association, type Compute, type Computed, type ResourceContext } from "./compute.js";
import { CONTAINERS } from "./containers.js";
import { DATA } from "./data.js";
import { EVENTS_AND_METRICS } from "./events-and-metrics.js";
import { FUNCTIONS } from "./functions.js";
import { LOAD_BALANCING } from "./load-balancing.js";
import { NETWORK } from "./network.js";

/** All resource types of the mocks, by token. */
const TYPES: Readonly<Record<string, Compute>> = {
  ...API_GATEWAY,
  ...CONTAINERS,
  ...CERTIFICATES,
  ...DATA,
  ...EVENTS_AND_METRICS,
  ...FUNCTIONS,
  ...LOAD_BALANCING,
  ...NETWORK,
  "pulumi:providers:aws": association("provider"),
};

export function isKnownType(type: string): boolean {
  return Object.hasOwn(TYPES, type);
}

/**
 * AWS's answer to the creation of a resource.
 * @throws Error for an unknown type, because a guess would prove nothing
 */
export function create(type: string, context: ResourceContext): Computed {
  const compute = TYPES[type];
  if (compute === undefined)
    throw new Error(`preflight/sources/mocks/resource-types does not know the type ${type}`);
  return compute(context);
}
