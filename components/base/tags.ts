import type * as pulumi from "@pulumi/pulumi";

/**
 * Adds tags, and the logical name as `Name`, to every resource under a component that supports tags. A resource's own
 * tag takes precedence.
 *
 * Uses a transformation because `defaultTags` belong to a provider: tags that differ by component would need one
 * provider process for each component.
 */
export function withTags(tags: Readonly<Record<string, string>>): pulumi.ResourceTransformation {
  return ({ name, props, opts }) =>
    // The AWS SDK's classes name every input, even an unset one, so this tests whether the resource supports tags.
    "tags" in props ? { props: { ...props, tags: { Name: name, ...tags, ...props.tags } }, opts } : undefined;
}
