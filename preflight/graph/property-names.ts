import type { SourceResource } from "./source.js";

/** Types whose inline rules are lists. */
const WITH_RULES = new Set([
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
]);
const RELEASED = new Map([
  ["ingresses", "ingress"],
  ["egresses", "egress"],
]);

/**
 * A resource with its properties as the released provider calls them. Pulumi's Terraform bridge makes a list's name
 * plural unless the provider says otherwise, as the released one does for rules and other builds of it do not.
 */
export function withReleasedNames(resource: SourceResource): SourceResource {
  const { type, properties, propertyDependencies } = resource;
  if (!WITH_RULES.has(type) || !Object.keys(properties).some((name) => RELEASED.has(name))) return resource;
  return {
    ...resource,
    properties: renamed(properties),
    ...(propertyDependencies !== undefined && { propertyDependencies: renamed(propertyDependencies) }),
  };
}

function renamed<T>(bag: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [RELEASED.get(name) ?? name, value]));
}
