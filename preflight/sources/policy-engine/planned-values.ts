import { createHash } from "node:crypto";
import { isKnown, type SourceResource, UNKNOWN } from "../../graph/index.js";
import { isRecord, list } from "../../resources/read.js";

/**
 * What a property will say once its resource is made, as a component's outputs tell before: text in which
 * `{{URN}}` stands for the id of a resource. An API's policy names the endpoint that it lets in, so at a first preview
 * the engine knows nothing of it, and the component everything but the endpoint's id.
 */
interface PlannedValue {
  /** URN of the resource that will have the property. */
  readonly resource: string;
  readonly property: string;
  readonly value: string;
}

const PLACEHOLDER = /\{\{(urn:[^{}]+)\}\}/g;

/**
 * Fills in what is not known but planned. A resource that is not made yet gets an id that stands for the one it will
 * have: nothing but the resource itself has it, as will be the case with the real one. What is known is left as it is,
 * and so is what depends on a resource that is not in the stack.
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

/** What only AWS can say, such as an ARN, is not even unknown before there is a resource. */
function isOpen(resource: SourceResource | undefined, property: string): boolean {
  if (resource === undefined) return false;
  const value = resource.properties[property];
  return value === UNKNOWN || (value === undefined && resource.id === undefined);
}

/** The planned values in a component's outputs. One that is not understood fills in nothing. */
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

/** Planned text with ids in place of URNs; unknown when a resource is not in the stack. */
function resolve(value: string, idOf: (urn: string) => string | undefined): string | typeof UNKNOWN {
  const urns = [...value.matchAll(PLACEHOLDER)].map(([, urn = ""]) => urn);
  if (urns.some((urn) => idOf(urn) === undefined)) return UNKNOWN;
  return value.replace(PLACEHOLDER, (_, urn: string) => idOf(urn) ?? "");
}

/** What policies call a resource by: its id, but a database's proxy by the end of its ARN, for its id is a name. */
function calledBy({ type, id, properties: { arn } }: SourceResource): string | undefined {
  if (type !== PROXY) return id;
  return typeof arn === "string" ? arn.split(":").at(-1) : undefined;
}

const PROXY = "aws:rds/proxy:Proxy";

/** Ids of each type begin alike, and a policy may ask for that much. */
const PREFIXES: Readonly<Record<string, string>> = {
  "aws:ec2/vpc:Vpc": "vpc-",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce-",
  [PROXY]: "prx-",
};

function standIn({ urn, type }: SourceResource): string {
  return (PREFIXES[type] ?? "") + createHash("sha256").update(urn).digest("hex").slice(0, 17);
}
