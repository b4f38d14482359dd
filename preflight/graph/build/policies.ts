import { document, inputValue } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import type { PolicySource } from "../model.js";
import type { Context } from "./context.js";
import { refOf } from "./references.js";

/** The policy in a resource's property; undefined if it has none. */
export function policyIn(resource: SourceResource, property = "policy"): PolicySource | undefined {
  const found = document(inputValue(resource, property));
  return found === undefined ? undefined : { ref: refOf(resource), document: found };
}

/** Policies that are separate resources, by the resource that they apply to. */
export function separatePolicies(
  { ofType }: Context,
  type: string,
  keyOf: (resource: SourceResource) => unknown,
): Map<unknown, PolicySource> {
  return new Map(
    ofType(type).flatMap((resource) => {
      const policy = policyIn(resource);
      return policy === undefined ? [] : [[keyOf(resource), policy] as const];
    }),
  );
}
