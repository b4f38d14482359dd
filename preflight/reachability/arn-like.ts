/**
 * As IAM's `ArnLike` compares, where a permission names its source: `*` and `?` stand for any characters.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function arnLike(pattern: string): (arn: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const matcher = new RegExp(`^${escaped}$`);
  return (arn) => matcher.test(arn);
}
