import type * as pulumi from "@pulumi/pulumi";

/**
 * Puts tags on every resource under a component that can carry them, and its logical name as `Name`.
 * A tag that a resource brings itself wins.
 *
 * A transformation, not the provider's `defaultTags`: those belong to a provider, so that a tag which
 * differs by component would take a provider process for each component.
 */
export function withTags(tags: Readonly<Record<string, string>>): pulumi.ResourceTransformation {
  return ({ name, props, opts }) =>
    // A class of the AWS SDK names all its inputs, the unset ones too; so this asks "does it take tags?".
    "tags" in props ? { props: { ...props, tags: { Name: name, ...tags, ...props.tags } }, opts } : undefined;
}
