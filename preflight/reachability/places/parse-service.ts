import { GLOBAL, isRegion, looksLikeRegion, noSuchRegion } from "../../aws/regions.js";
import { noSuchServiceAs, serviceNamed } from "../../aws/services.js";
import { UserError } from "../../errors/user-error.js";
import type { Graph } from "../../graph/model.js";
import type { Place } from "../../intents.js";

type ServicePlace = Extract<Place, { kind: "service" }>;

/** Services whose names win over resources of the same name, because queues and topics are often called so. */
const FREQUENT: ReadonlySet<string> = new Set([
  "dynamodb",
  "events",
  "execute-api",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "rds-data",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "states",
  "sts",
  "xray",
]);

/** Whether a name means the service even if a resource has it too. */
export function winsOverResources(name: string, graph: Graph): boolean {
  return FREQUENT.has(name) || hasEndpoint(name, graph);
}

/** The name of a service, of AWS or of an endpoint in the stack; undefined if there is none. */
export function knownService(name: string, graph: Graph): string | undefined {
  return serviceNamed(name) ?? (hasEndpoint(name, graph) ? name : undefined);
}

function hasEndpoint(name: string, graph: Graph): boolean {
  return [...graph.endpoints.values()].some(({ service }) => service === name);
}

/**
 * Parses a service with its Region or action: `service:sqs`, `sqs:SendMessage`, `sqs in us-east-1`,
 * `sqs.us-east-1.amazonaws.com`, `BUCKET.s3.us-east-1.amazonaws.com`.
 *
 * @throws UserError if AWS has no such service or Region; the message suggests the closest name
 */
export function parseService(text: string, graph: Graph): ServicePlace | undefined {
  const [, base, region] = /^(\S+) in (?:the )?([a-z0-9-]+)$/.exec(text) ?? [];
  if (base === undefined || region === undefined) return parseHost(text) ?? parseCall(text, graph);
  const service = knownService(base, graph);
  const place = parseCall(base, graph) ?? (service === undefined ? undefined : { kind: "service", service });
  return place === undefined ? undefined : { ...place, region: existing(region) };
}

/** Parses `service:NAME` and `SERVICE:Action`. */
function parseCall(text: string, graph: Graph): ServicePlace | undefined {
  const [, prefix = "", name = ""] = /^([a-z0-9.-]+):(\S+)$/.exec(text) ?? [];
  if (prefix === "service")
    return { kind: "service", service: knownService(name, graph) ?? noSuchService(name) };
  const service = knownService(prefix, graph);
  if (service === undefined || !/^[A-Z]\w*$/.test(name)) return undefined;
  return { kind: "service", service, action: `${prefix}:${name}` };
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
function parseHost(text: string): ServicePlace | undefined {
  const [, host = ""] = /^([a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(text) ?? [];
  const parts = host.split(".");
  const last = parts.at(-1) ?? "";
  const isRegional = looksLikeRegion(last);
  const own = isRegional ? parts.slice(0, -1) : parts;
  const isBucket = own.at(-1) === "s3";
  const service = isBucket ? "s3" : (serviceNamed(own.join(".")) ?? serviceNamed(own.slice(-2).join(".")));
  if (service === undefined) return isRegional && own.length === 1 ? noSuchService(own.join(".")) : undefined;
  const bucket = own.slice(0, -1).join(".");
  const resource = isBucket && bucket !== "" ? { resource: `arn:aws:s3:::${bucket}` } : {};
  if (isRegional) return { kind: "service", service, region: existing(last), ...resource };
  // The name of a bucket leads to the bucket's Region, that of S3 to the oldest one.
  if (isBucket) return { kind: "service", service, ...(bucket === "" ? { region: "us-east-1" } : resource) };
  return { kind: "service", service, region: GLOBAL };
}

function existing(region: string): string {
  if (isRegion(region)) return region;
  throw new UserError(noSuchRegion(region));
}

/** @throws UserError that suggests the closest name */
export function noSuchService(name: string): never {
  throw new UserError(noSuchServiceAs(name));
}
