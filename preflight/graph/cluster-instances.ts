import type { Context } from "./context.js";
import { KINDS } from "./kinds.js";
import { flag, given } from "./read.js";
import type { SourceResource } from "./source.js";
import { type Maybe, UNKNOWN } from "./unknown.js";

/**
 * Whether a database cluster has a public address: its instances say so, each for itself.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function hasPublicInstance({ ofType, references }: Context, cluster: SourceResource): Maybe<boolean> {
  const flags = ofType("aws:rds/clusterInstance:ClusterInstance").flatMap((instance) => {
    const { clusterIdentifier } = instance.properties;
    const owner = references.needed(instance, "clusterIdentifier", clusterIdentifier, KINDS.cluster);
    const mayBeOwn = owner === cluster.urn || owner === UNKNOWN;
    return mayBeOwn ? [flag(given(instance, "publiclyAccessible"), false)] : [];
  });
  return flags.includes(true) || (flags.includes(UNKNOWN) ? UNKNOWN : false);
}
