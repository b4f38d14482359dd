import type { Service } from "./network.js";

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";

/** Hosts on the internet that are nothing of AWS. Documentation ranges: RFC 5737 and RFC 3849. */
export const INTERNET = { 4: ["198.51.100.77", "192.0.2.10"], 6: ["2001:db8:ffff::77"] } as const;

/** Blocks from which the network's own public addresses come, one address at a time. */
export const ELASTIC = "203.0.113.0/24";

/** Services with some of the public addresses that https://ip-ranges.amazonaws.com/ip-ranges.json gives for them. */
export const SERVICES = {
  s3: { name: "s3", blocks: ["52.218.0.0/17", "3.5.64.0/21"] },
  dynamodb: { name: "dynamodb", blocks: ["52.94.24.0/23"] },
  ssm: { name: "ssm", blocks: ["52.95.120.0/24"] },
  sqs: { name: "sqs", blocks: ["52.95.121.0/24"] },
} as const satisfies Record<string, Service>;

/** Ports that questions ask about and rules speak of. */
export const PORTS = [22, 80, 443, 5432, 8080] as const;

/** A function outside any VPC. */
export const OUTSIDE_FUNCTION = "outside-function";
