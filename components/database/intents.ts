import type { Intent, Place } from "@lambda-networking/preflight/intents";
import { PORT } from "./cluster.js";

interface DatabaseNames {
  /** Logical names. */
  readonly cluster: string;
  readonly proxy: string;
  readonly vpc: string;
}

/** Intents of a database: the proxy reaches the cluster, and no other caller does. */
export function databaseIntents({ cluster, proxy, vpc }: DatabaseNames): Intent[] {
  const to = (name: string): Place => ({ kind: "resource", name });
  const internet: Place = { kind: "internet" };
  const hosts: Place = { kind: "vpc", name: vpc };
  const never = (from: Place, name: string, reason: string): Intent => ({
    from,
    to: to(name),
    port: PORT,
    must: "not-reach",
    reason,
  });
  return [
    {
      from: { kind: "resource", name: proxy },
      to: to(cluster),
      port: PORT,
      must: "reach",
      reason: "the proxy opens the database's connections",
    },
    never(internet, cluster, "the database is not on the internet"),
    never(hosts, cluster, "only the proxy's security group is let in"),
    never(internet, proxy, "the proxy is not on the internet"),
    never(hosts, proxy, "only functions with access are let in"),
  ];
}

interface AccessNames {
  readonly function: string;
  readonly cluster: string;
  readonly proxy: string;
  readonly user: string;
}

/** Intents of a function that uses the database. */
export function accessIntents({ function: name, cluster, proxy, user }: AccessNames): Intent[] {
  const from = { kind: "function", name } as const;
  return [
    {
      from,
      to: { kind: "resource", name: proxy, databaseUser: user },
      port: PORT,
      must: "reach",
      reason: `it uses the database as ${user}`,
    },
    {
      from,
      to: { kind: "resource", name: cluster },
      port: PORT,
      must: "not-reach",
      reason: "it goes through the proxy, which bounds the connections",
    },
  ];
}
