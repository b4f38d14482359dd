import type { Graph } from "./model.js";

/** The project and the stack that the resources' URNs name; undefined if the graph has no URN of Pulumi. */
export function stackNameOf({
  resources,
}: Pick<Graph, "resources">): { readonly project: string; readonly stack: string } | undefined {
  for (const urn of resources.keys()) {
    const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
    if (stack !== undefined && project !== undefined) return { project, stack };
  }
  return undefined;
}
