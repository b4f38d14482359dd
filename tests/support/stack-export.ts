import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";

/** A synthesized stack in the form of `pulumi stack export`, as if it were deployed. */
export function exportOf({ project, stack, resources }: Synthesis) {
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
            urn,
            custom: !isComponent,
            type,
            ...(id !== undefined && { id }),
            inputs,
            outputs: properties,
            parent: parent ?? stackUrn,
            dependencies,
            propertyDependencies,
            ...(protect && { protect }),
            ...(retainOnDelete && { retainOnDelete }),
          }),
        ),
      ],
    },
  };
}
