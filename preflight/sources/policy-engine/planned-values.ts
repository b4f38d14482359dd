import { createHash } from "node:crypto";
import { isKnown, type SourceResource, UNKNOWN } from "../../graph/index.js";
import { isRecord, list } from "../../resources/read.js";

/**
 * The future value of a property, from a component's outputs: a text in which `{{URN}}` stands for the id of a
 * resource. For example, an API's policy names the endpoint that it allows. At a first preview the whole policy is
 * unknown to the engine, while the component knows all of it except the endpoint's id.
 */
interface PlannedValue {
  /** URN of the resource that has the property. */
  readonly resource: string;
  readonly property: string;
  readonly value: string;
}

const PLACEHOLDER = /\{\{(urn:[^{}]+)\}\}/g;

/**
 * Replaces unknown properties with their planned values. A resource that does not exist yet gets a stand-in id, which
 * is unique, as the real one will be. Known values stay unchanged. A planned value stays unknown if it needs a resource
 * outside the stack.
 */
export function withPlannedValues(resources: readonly SourceResource[]): SourceResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const standIns = new Map<string, string>();
  const idOf = (urn: string): string | undefined => {
    const resource = byUrn.get(urn);
    const own = resource && calledBy(resource);
    if (resource === undefined || own !== undefined) return own;
    const id = standIn(resource);
    standIns.set(urn, id);
    return id;
  };
  const filled = new Map<string, Record<string, unknown>>();
  for (const { resource, property, value } of resources.flatMap(plannedValues)) {
    const planned = isOpen(byUrn.get(resource), property) ? resolve(value, idOf) : UNKNOWN;
    if (isKnown(planned)) filled.set(resource, { ...filled.get(resource), [property]: planned });
  }
  return resources.map((resource) => {
    const { urn, properties } = resource;
    const id = resource.id ?? standIns.get(urn);
    return {
      ...resource,
      ...(id !== undefined && { id }),
      properties: { ...properties, ...filled.get(urn) },
    };
  });
}

/**
 * Whether a planned value may be filled in. Before the resource exists, a value that only AWS knows, such as an ARN, is
 * absent instead of unknown.
 */
function isOpen(resource: SourceResource | undefined, property: string): boolean {
  if (resource === undefined) return false;
  const value = resource.properties[property];
  return value === UNKNOWN || (value === undefined && resource.id === undefined);
}

/** The planned values in a component's outputs. Malformed ones are ignored. */
export function plannedValues({ properties }: SourceResource): PlannedValue[] {
  return list(properties.planned).filter(isPlannedValue);
}

function isPlannedValue(value: unknown): value is PlannedValue {
  return (
    isRecord(value) &&
    typeof value.resource === "string" &&
    typeof value.property === "string" &&
    typeof value.value === "string"
  );
}

/** A planned text with ids instead of URNs; unknown if a resource is not in the stack. */
function resolve(value: string, idOf: (urn: string) => string | undefined): string | typeof UNKNOWN {
  const urns = [...value.matchAll(PLACEHOLDER)].map(([, urn = ""]) => urn);
  if (urns.some((urn) => idOf(urn) === undefined)) return UNKNOWN;
  return value.replace(PLACEHOLDER, (_, urn: string) => idOf(urn) ?? "");
}

/**
 * The identifier that policies use for a resource: its id. A database's proxy is identified by the end of its ARN,
 * because its id is a name.
 */
function calledBy({ type, id, properties: { arn } }: SourceResource): string | undefined {
  if (type !== PROXY) return id;
  return typeof arn === "string" ? arn.split(":").at(-1) : undefined;
}

const PROXY = "aws:rds/proxy:Proxy";

/** Prefixes of ids by type, because a policy may check the prefix. */
const PREFIXES: Readonly<Record<string, string>> = {
  "aws:ec2/vpc:Vpc": "vpc-",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce-",
  [PROXY]: "prx-",
};

function standIn({ urn, type }: SourceResource): string {
  return (PREFIXES[type] ?? "") + createHash("sha256").update(urn).digest("hex").slice(0, 17);
}
