import { UserError } from "../../errors/user-error.js";
import { cleanResource } from "../../resources/hostile.js";
import type { SourceResource } from "../../resources/resource.js";
import type { Home, Key } from "../model.js";
import { accountAndRegion } from "./account.js";
import { homesOf } from "./homes.js";
import { KINDS, type Kind, References } from "./references.js";

/** Indexes that every part of the graph is built from. */
export interface Context {
  readonly resources: ReadonlyMap<Key, SourceResource>;
  readonly secretTexts: ReadonlySet<string>;
  readonly references: References;
  /** Where most of the stack is. */
  readonly stack: Home;
  /** The resources of a type, by ascending URN. */
  ofType(...types: readonly string[]): readonly SourceResource[];
  ofKind(kind: Kind): readonly SourceResource[];
}

/**
 * Indexes the resources once. They are sorted first, because the engine's order of registration carries no meaning and
 * no verdict may depend on it.
 */
export function createContext(unsorted: readonly SourceResource[], declared: Home): Context {
  const sorted = unsorted.map(cleanResource).sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  const resources = new Map(sorted.map((resource) => [resource.urn, resource]));
  if (resources.size < new Set(unsorted.map(({ urn }) => urn)).size) {
    throw new UserError("two URNs differ in characters only that a reader does not see; rename one resource");
  }
  const byType = new Map<string, SourceResource[]>();
  for (const resource of resources.values()) {
    const same = byType.get(resource.type);
    if (same === undefined) byType.set(resource.type, [resource]);
    else same.push(resource);
  }
  const ofType = (...types: readonly string[]) => types.flatMap((type) => byType.get(type) ?? []);
  const found = accountAndRegion(resources);
  const stack = { account: found.account ?? declared.account, region: found.region ?? declared.region };
  const references = new References(resources, homesOf(resources, stack, declared));
  adoptDefaults(references, ofType);
  const secretTexts = new Set(sorted.flatMap((resource) => resource.secretTexts ?? []));
  return { resources, secretTexts, references, stack, ofType, ofKind: (kind) => ofType(...kind.types) };
}

/**
 * Registers `DefaultSecurityGroup`, `DefaultNetworkAcl` and `DefaultRouteTable`. They create nothing: they take over
 * what AWS created with the VPC.
 */
function adoptDefaults(references: References, ofType: Context["ofType"]): void {
  for (const group of ofType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")) {
    const vpc = references.needed(group, "vpcId", group.properties.vpcId, KINDS.vpc);
    if (typeof vpc === "string") references.adopt(`${vpc}#default-security-group`, group.urn);
  }
  const taken = [
    ["aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "defaultNetworkAclId", KINDS.networkAcl],
    ["aws:ec2/defaultRouteTable:DefaultRouteTable", "defaultRouteTableId", KINDS.routeTable],
  ] as const;
  for (const [type, property, { partOf }] of taken) {
    for (const resource of ofType(type)) {
      const part = references.needed(resource, property, resource.properties[property], {
        types: ["-"],
        partOf,
      });
      const vpc = references.one(resource, "vpcId", resource.properties.vpcId, KINDS.vpc);
      if (typeof part === "string" && part.endsWith(partOf.suffix)) references.adopt(part, resource.urn);
      else if (typeof vpc === "string") references.adopt(`${vpc}${partOf.suffix}`, resource.urn);
    }
  }
}
