import { type Graph, isRecord, parseUsage, type Usage, unknownResources } from "@lambda-networking/preflight";
import { type ConfigIssue, didYouMean, issue, settingPath } from "@lambda-networking/preflight/errors";

/** Part of a policy's configuration: the traffic of the forecast, with the keys of a usage file. */
export const usageConfig = {
  type: "object",
  default: {},
  description: "Traffic, with the keys of a usage file: requestsPerMonth, peakRequestsPerSecond, natGb, …",
} as const;

/** A policy whose configuration is read. */
export interface ConfiguredPolicy {
  readonly name: string;
  /** The schema of its configuration's keys, which the engine checks the values against. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The traffic in a policy's configuration.
 * @throws Error with every mistake and its fix, so that a wrong configuration is never ignored: a key that does not
 * exist, which the engine passes over, a value of the usage, and a resource in it that the stack does not have
 */
export function usageOf({ name, properties }: ConfiguredPolicy, config: unknown, graph: Graph): Usage {
  const written = isRecord(config) ? (config.usage ?? {}) : {};
  const { usage, mistakes = [] } = parseUsage(JSON.stringify(written));
  const names = [...graph.resources.values()].map((resource) => resource.name);
  const found = [
    ...unknownKeys(config, Object.keys(properties)),
    ...mistakes,
    ...(usage === undefined ? [] : unknownResources(usage, names)),
  ];
  if (usage === undefined || found.length > 0) throw mistakesIn(name, found);
  return usage;
}

/**
 * Checks that nothing is configured for a policy that has no settings.
 * @throws Error with every key
 */
export function checkNoConfig(policy: string, config: unknown): void {
  const found = unknownKeys(config, []);
  if (found.length > 0) throw mistakesIn(policy, found);
}

function unknownKeys(config: unknown, known: readonly string[]): ConfigIssue[] {
  const written = isRecord(config) ? Object.entries(config) : [];
  return written
    .filter(([key]) => !known.includes(key))
    .map(([key, value]) => {
      const fix = known.length === 0 ? "The policy has no settings but its level." : didYouMean(key, known);
      return issue(settingPath(key), value, `There is no such key. ${fix}`);
    });
}

function mistakesIn(policy: string, found: readonly ConfigIssue[]): Error {
  return new Error(found.map(({ key, value, fix }) => `${policy}.${key} is ${value}. ${fix}`).join(" "));
}

/** A number in a policy's configuration. The engine has validated it against the policy's schema. */
export function numberOf(config: unknown, key: string, otherwise: number): number {
  const value = isRecord(config) ? config[key] : undefined;
  return typeof value === "number" ? value : otherwise;
}
