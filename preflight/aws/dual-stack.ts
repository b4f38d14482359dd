import { partitionOf } from "./partitions.js";

/**
 * Services with a name of their own for callers over IPv6 too, `SERVICE.REGION.api.aws`, and AWS's page that lists it.
 * Some other services have one as well; of those that are not here nothing is said. As of 2026-11-30.
 */
const WITH_DUAL_STACK_NAME: ReadonlyMap<string, string> = new Map([
  ["sns", "https://docs.aws.amazon.com/general/latest/gr/sns.html"],
  ["sqs", "https://docs.aws.amazon.com/general/latest/gr/sqs-service.html"],
  ["ssm", "https://docs.aws.amazon.com/general/latest/gr/ssm.html"],
]);

/** The dual-stack name of a service in a Region; undefined if it is not known to have one. */
export function dualStackName(service: string, region: string | undefined): string | undefined {
  if (region === undefined || !WITH_DUAL_STACK_NAME.has(service)) return undefined;
  return partitionOf(region) === "aws" ? `${service}.${region}.api.aws` : undefined;
}
