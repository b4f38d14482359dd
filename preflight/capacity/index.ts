/** Scaling of a stack: addresses, network interfaces and quotas, as pure functions of its graph and a usage. */
export {
  type AddressForecast,
  forecastAddresses,
  type SubnetAddresses,
  type TierAddresses,
} from "./addresses.js";
export { type CapacityForecast, forecastCapacity } from "./forecast.js";
export { type HyperplaneInterface, type HyperplaneInterfaces, hyperplaneInterfaces } from "./interfaces.js";
export type { CapacityItem, Traffic } from "./quota-check.js";
