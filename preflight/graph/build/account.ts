import { text } from "../../resources/read.js";
import type { Context } from "./context.js";

/**
 * The stack's account and Region, read from its ARNs, its provider and its resources. The most frequent one counts,
 * because single resources may be elsewhere.
 */
export function accountAndRegion({ resources }: Context): { account?: string; region?: string } {
  const accounts = new Map<string, number>();
  const regions = new Map<string, number>();
  const count = (counts: Map<string, number>, value: string | undefined) => {
    if (value !== undefined && value !== "" && value !== "aws")
      counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  for (const { type, properties } of resources.values()) {
    const arn = text(properties.arn);
    const [, , , region, account] = typeof arn === "string" ? arn.split(":") : [];
    count(accounts, account);
    count(regions, region);
    if (type === "pulumi:providers:aws" || type.startsWith("aws:")) {
      const own = text(properties.region);
      if (typeof own === "string") count(regions, own);
    }
    const service = /^com\.amazonaws\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(
      String(properties.serviceName ?? ""),
    );
    count(regions, service?.[1]);
  }
  return { account: most(accounts), region: most(regions) };
}

function most(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}
