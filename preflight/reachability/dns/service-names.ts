import { GLOBAL } from "../../aws/regions.js";

/** Services whose host name is not their name in `com.amazonaws.REGION.NAME`. */
const HOSTS: Readonly<Record<string, string>> = {
  "ecr.api": "api.ecr",
  "ecr.dkr": "ACCOUNT.dkr.ecr",
  "kinesis-streams": "kinesis",
  "kinesis-firehose": "firehose",
  s3: "BUCKET.s3",
};

/**
 * The public host name of a service in a Region. Capitals stand for the parts that differ between calls.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function hostOf(service: string, region: string | undefined): string {
  const host = HOSTS[service] ?? service;
  if (region === GLOBAL) return `${host}.amazonaws.com`;
  const suffix = region?.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `${host}.${region ?? "REGION"}.${suffix}`;
}

/** The zone that private DNS of a service's endpoint answers: all names of the service. */
export function privateZoneOf(host: string): string {
  return host.replace(/^(?:BUCKET|ACCOUNT)\./, "");
}
