import { isRecord } from "../../resources/read.js";
import { isKnown } from "../../resources/unknown.js";

/**
 * A policy document in one spelling. AWS returns it with other spaces and its keys and lists in another order, a list
 * of one item as the item, and an account as the ARN of its root.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function canonicalPolicy(document: unknown): string {
  return isKnown(document) ? JSON.stringify(canonical(document)) : "?";
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    const [only, ...others] = items;
    if (items.length > 0 && others.length === 0) return only;
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "string") return value.replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, "$1");
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}
