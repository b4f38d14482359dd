import { expect } from "chai";
import type { SourceResource } from "../../preflight/graph/index.js";

export type Properties = Readonly<Record<string, unknown>>;

/** Breaks one thing in a stack. Fails if the stack does not have it, so that no mutation is without effect. */
export type Mutation = (resources: readonly SourceResource[]) => readonly SourceResource[];

/** @param type the end of its type token: `:SecurityGroupIngressRule` */
export function without(name: string, type: string): Mutation {
  return (resources) => {
    const left = resources.filter((resource) => !(resource.name === name && resource.type.endsWith(type)));
    expect(left, `${type} ${name} is in the stack`).to.have.length(resources.length - 1);
    return left;
  };
}

/** Replaces some of a resource's properties. */
export function change(
  name: string,
  type: string,
  edit: (properties: Record<string, unknown>) => Properties,
): Mutation {
  return (resources) => {
    let changed = 0;
    const edited = resources.map((resource) => {
      if (resource.name !== name || !resource.type.endsWith(type)) return resource;
      changed += 1;
      return { ...resource, properties: { ...resource.properties, ...edit({ ...resource.properties }) } };
    });
    expect(changed, `${type} ${name} is in the stack`).to.equal(1);
    return edited;
  };
}

/** A policy with one text replaced by another. */
export function inPolicy(from: string | RegExp, to: string) {
  return ({ policy }: Properties): Properties => {
    const edited = String(policy).replace(from, to);
    expect(edited, "the policy has that text").not.to.equal(policy);
    return { policy: edited };
  };
}
