import { knownProperties } from "../../../policy/known-values.js";
import { type SourceResource, UNKNOWN } from "../../graph/index.js";

/** What the engine tells a stack policy of a resource: as much of `PolicyResource` as is used here. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Outputs; at preview a Proxy that throws where a value is not known. */
  readonly props: object;
  readonly parent?: { readonly urn: string };
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** The engine's resources as the graph takes them. */
export function sourceResources(resources: readonly EngineResource[]): SourceResource[] {
  const types = new Set(resources.map(({ type }) => type));
  const copied = COPIES.filter(({ writtenBy }) => writtenBy.some((type) => types.has(type)));
  return resources.map(sourceResource).map((resource) => withoutCopies(resource, copied));
}

interface Copy {
  readonly type: string;
  readonly properties: readonly string[];
  /** Resources that say the same one by one. */
  readonly writtenBy: readonly string[];
}

/** What the provider copies into a resource's outputs from resources of their own. */
const COPIES: readonly Copy[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    properties: ["ingress", "egress"],
    writtenBy: [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
    ],
  },
  { type: "aws:ec2/routeTable:RouteTable", properties: ["routes"], writtenBy: ["aws:ec2/route:Route"] },
];

/**
 * A copy grows old: it still has the rule of a resource that is gone. So in a stack that writes rules or routes one
 * by one, a list of them counts only where it comes from somewhere, which a copy does not.
 */
function withoutCopies(resource: SourceResource, copied: readonly Copy[]): SourceResource {
  const copies = copied.filter(({ type }) => type === resource.type).flatMap(({ properties }) => properties);
  const dependencies = resource.propertyDependencies ?? {};
  const kept = Object.entries(resource.properties).filter(
    ([property]) => !copies.includes(property) || property in dependencies,
  );
  return { ...resource, properties: Object.fromEntries(kept) };
}

function sourceResource({ urn, type, name, props, parent, ...resource }: EngineResource): SourceResource {
  const outputs = knownProperties(props);
  const propertyDependencies = dependenciesOf(resource);
  const { id } = outputs;
  return {
    urn,
    type,
    name,
    ...(parent !== undefined && { parent: parent.urn }),
    ...(typeof id === "string" && id !== "" && { id }),
    properties: "id" in outputs ? withoutComputed(outputs, propertyDependencies) : outputs, // a component has no id
    propertyDependencies,
  };
}

/** Stands for a resource that is not in the stack, so that a value from there stays unknown. */
const ELSEWHERE = "urn:elsewhere";

/** The engine names only properties that depend on something, and leaves out what is not in the stack. */
function dependenciesOf({ propertyDependencies }: Pick<EngineResource, "propertyDependencies">) {
  return Object.fromEntries(
    Object.entries(propertyDependencies).map(([property, sources]) => [
      property,
      sources.length === 0 ? [ELSEWHERE] : sources.map(({ urn }) => urn),
    ]),
  );
}

/**
 * Outputs but for those that nobody asked for and that the provider will choose. Whenever a resource is made or
 * updated they are unknown, and what comes from nowhere was no input: the rules of a security group whose rules are
 * resources of their own, say.
 */
function withoutComputed(
  outputs: Readonly<Record<string, unknown>>,
  dependencies: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([property, value]) => value !== UNKNOWN || property in dependencies),
  );
}
