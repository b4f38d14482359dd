import { isRecord, parseUsage, type Usage } from "@lambda-networking/preflight";

/** Part of a policy's configuration: the traffic of the forecast, with the keys of a usage file. */
export const usageConfig = {
  type: "object",
  default: {},
  description: "Traffic, with the keys of a usage file: requestsPerMonth, peakRequestsPerSecond, natGb, …",
} as const;

/**
 * The traffic in a policy's configuration.
 * @throws Error with every mistake and its fix, so that a wrong configuration is never ignored
 */
export function usageOf(policy: string, config: unknown): Usage {
  const written = isRecord(config) ? (config.usage ?? {}) : {};
  const { usage, mistakes } = parseUsage(JSON.stringify(written));
  if (usage !== undefined) return usage;
  throw new Error(mistakes.map(({ key, value, fix }) => `${policy}.${key} is ${value}. ${fix}`).join(" "));
}

/** A number in a policy's configuration. The engine has validated it against the policy's schema. */
export function numberOf(config: unknown, key: string, otherwise: number): number {
  const value = isRecord(config) ? config[key] : undefined;
  return typeof value === "number" ? value : otherwise;
}
