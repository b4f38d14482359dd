import { partitionOf, REGIONS } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { ALL_CONSTRAINTS, type ArnHome } from "../constraints.js";
import type { RawConfig } from "../raw-config.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { valuesAt } from "./valid.js";

/**
 * ARNs of another Region or partition than the stack's. AWS refuses them when the resource that has them is made.
 * @param region the stack's Region; undefined or impossible: it has an issue of its own
 */
export function arnChecks(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  if (region === undefined || !REGIONS.includes(region)) return [];
  return ALL_CONSTRAINTS.flatMap(({ keys, arn }) =>
    arn === undefined
      ? []
      : keys
          .flatMap((key) => valuesAt(raw, key))
          .flatMap(({ key, value }) => wrongHome(raw, region, { key, value, home: arn })),
  );
}

interface NamedArn {
  readonly key: string;
  readonly value: unknown;
  readonly home: ArnHome;
}

/** Region of the certificates that CloudFront, and therefore an EDGE API, uses. */
const EDGE_REGION = "us-east-1";

function wrongHome(raw: RawConfig, region: string, { key, value, home }: NamedArn): ConfigIssue[] {
  const [, partition, service = "", own] = /^arn:([^:]*):([^:]*):([^:]*):/.exec(asText(value)) ?? [];
  if (partition === undefined || own === undefined) return [];
  const mine = partitionOf(region);
  if (partition !== mine) {
    const fix = `It is of the partition ${partition}, and the stack's Region (aws:region), ${region}, is of ${mine}. Write the ARN of one there, which begins with arn:${mine}:${service}:.`;
    return [issue(key, value, fix)];
  }
  if (home === "partition") return [];
  const { needed, reason } = home === "certificate" ? certificateHome(raw, region) : stackHome(region);
  if (needed === undefined || own === needed) return [];
  return [issue(key, value, `${reason} It is in ${own}. Write the ARN of one in ${needed}.`)];
}

interface Needed {
  /** Undefined: not known, because another key has an issue. */
  readonly needed?: string;
  readonly reason: string;
}

function stackHome(region: string): Needed {
  return { needed: region, reason: `The stack's Region (aws:region) is ${region}.` };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-specify-certificate-for-custom-domain-name.html */
function certificateHome(raw: RawConfig, region: string): Needed {
  const type = endpointTypeOf(raw);
  if (type === undefined) return { reason: "" };
  if (type !== "EDGE") {
    const reason = `A ${type} API's certificate is in the stack's own region (aws:region), ${region}.`;
    return { needed: region, reason };
  }
  const reason = `An EDGE API's certificate is in ${EDGE_REGION}, whatever the stack's region.`;
  return { needed: EDGE_REGION, reason };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
