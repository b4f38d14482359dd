import type { DnsRecord, Graph, HostedZone, Key, ResourceRef } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";

/** A name to resolve. */
export interface HostName {
  readonly name: MaybeUnknown<string>;
  /** The API that the name belongs to. It identifies the name before the API has an id. */
  readonly api?: Key;
}

/** The answer of a VPC's resolver for a host name. */
export interface ZoneAnswer {
  /** The private hosted zone that decides; undefined if the name resolves outside of the VPC. */
  readonly zone: HostedZone | undefined;
  readonly record: DnsRecord | undefined;
}

/**
 * Resolves a host name. The most specific private hosted zone of the VPC decides, even if it has no record. If no
 * private zone decides, a record in a public zone, or in a zone that is not in the stack, answers.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export function resolveHostName(
  trace: TraceBuilder,
  graph: Graph,
  vpc: MaybeUnknown<Key>,
  asked: HostName,
): ZoneAnswer {
  const zones = [...graph.hostedZones.values()].filter((zone) => holds(zone, asked));
  const doubt = zones.find(({ vpcs }) => vpcs.some((key) => !isKnown(key)));
  const [zone] = zones
    .filter(({ vpcs }) => isKnown(vpc) && vpcs.includes(vpc))
    .sort((a, b) => length(b.name) - length(a.name));
  if (zone !== undefined) {
    return { zone, record: recordsOf(graph, asked).find((record) => record.zone === zone.ref.urn) };
  }
  if (doubt !== undefined)
    trace.undetermined(doubt.ref, `which VPCs zone ${doubt.ref.name} is associated with`);
  return { zone: undefined, record: recordsOf(graph, asked).find((record) => !isPrivate(graph, record)) };
}

/** The text of a hop for an answer. */
export function describeAnswer(graph: Graph, { zone, record }: ZoneAnswer): string {
  if (zone !== undefined) return `private hosted zone ${zone.ref.name} answers with it`;
  const key = record?.zone;
  return isSet(key) && graph.hostedZones.has(key)
    ? "a public hosted zone answers with it"
    : `zone ${zoneRef(graph, record).name} is not in the stack, and is taken to answer with it`;
}

export function zoneRef(graph: Graph, record: DnsRecord | undefined): ResourceRef {
  return graph.refOf(record?.zone ?? "");
}

function holds({ name, apis }: HostedZone, asked: HostName): boolean {
  if (asked.api !== undefined && apis.includes(asked.api)) return true;
  if (!isKnown(name) || !isKnown(asked.name)) return false;
  return asked.name === name || asked.name.endsWith(`.${name}`);
}

/** A wildcard matches any name below it: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html */
function recordsOf({ dnsRecords }: Graph, { name, api }: HostName): DnsRecord[] {
  const matching = dnsRecords.filter(
    (record) =>
      record.type === "A" || record.type === "AAAA" || record.type === "CNAME" || !isKnown(record.type),
  );
  const exact = matching.filter(
    (record) =>
      (isKnown(name) && record.name === name) ||
      (api !== undefined && !isKnown(record.name) && record.apis.includes(api)),
  );
  if (exact.length > 0) return exact;
  return matching.filter(
    (record) =>
      isKnown(name) &&
      isKnown(record.name) &&
      record.name.startsWith("*.") &&
      name.endsWith(record.name.slice(1)),
  );
}

function isPrivate({ hostedZones }: Graph, { zone }: DnsRecord): boolean {
  return isKnown(zone) && (hostedZones.get(zone)?.vpcs.length ?? 0) > 0;
}

function length(name: MaybeUnknown<string>): number {
  return isKnown(name) ? name.length : Number.POSITIVE_INFINITY;
}
