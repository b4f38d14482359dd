import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";

/** A synthesized stack in the form of `pulumi stack export`, as if it were deployed. */
export function exportOf({ project, stack, resources }: Synthesis) {
  const full = fullUrns(resources);
  const stackUrn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  return {
    version: 3,
    deployment: {
      manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "v3.250.0" },
      resources: [
        { urn: stackUrn, custom: false, type: "pulumi:pulumi:Stack" },
        ...resources.map(
          ({
            urn,
            type,
            id,
            parent,
            isComponent,
            inputs,
            properties,
            dependencies,
            propertyDependencies,
            protect,
            retainOnDelete,
          }) => ({
            urn: full(urn),
            custom: !isComponent,
            type,
            ...(id !== undefined && { id }),
            inputs,
            outputs: properties,
            parent: parent === undefined ? stackUrn : full(parent),
            dependencies: dependencies.map(full),
            ...(propertyDependencies !== undefined && {
              propertyDependencies: Object.fromEntries(
                Object.entries(propertyDependencies).map(([property, urns]) => [property, urns.map(full)]),
              ),
            }),
            ...(protect && { protect }),
            ...(retainOnDelete && { retainOnDelete }),
          }),
        ),
      ],
    },
  };
}

/** The engine's URNs by the mocks', which have the type of the nearest parent only. */
function fullUrns(resources: Synthesis["resources"]): (urn: string) => string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const chain = (urn: string): string => {
    const { type = "", parent } = byUrn.get(urn) ?? {};
    return parent === undefined || !byUrn.has(parent) ? type : `${chain(parent)}$${type}`;
  };
  return (urn) => {
    const [stack, project, , ...name] = urn.split("::");
    return byUrn.has(urn) ? [stack, project, chain(urn), ...name].join("::") : urn;
  };
}
