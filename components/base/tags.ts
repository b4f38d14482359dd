import type * as pulumi from "@pulumi/pulumi";

/**
 * Adds tags, and the logical name as `Name`, to every resource under a component that supports tags. A resource's own
 * tag takes precedence.
 *
 * Uses a transformation because `defaultTags` belong to a provider: tags that differ by component would need one
 * provider process for each component.
 */
export function withTags(tags: Readonly<Record<string, string>>): pulumi.ResourceTransformation {
  return ({ type, name, props, opts }) => {
    // The AWS SDK's classes name every input, even an unset one, so this tests whether the resource supports tags.
    if (!("tags" in props)) return undefined;
    const all = { Name: name, ...tags };
    if (type === SCALING_GROUP) return { props: { ...props, tags: propagated(all, props.tags ?? []) }, opts };
    return { props: { ...props, tags: { ...all, ...props.tags } }, opts };
  };
}

/** The one type whose tags are a list. Its instances get those that it propagates. */
const SCALING_GROUP = "aws:autoscaling/group:Group";

interface PropagatedTag {
  readonly key: string;
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

function propagated(
  tags: Readonly<Record<string, string>>,
  own: readonly PropagatedTag[],
): readonly PropagatedTag[] {
  const added = Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true }));
  return [...added.filter(({ key }) => !own.some((tag) => tag.key === key)), ...own];
}
