import type { Graph } from "../../graph/index.js";

/** A report or an answer without the texts that the stack's export marks as secret. */
export function redact<T>(value: T, { secretTexts }: Pick<Graph, "secretTexts">): T {
  if (secretTexts.size === 0) return value;
  const longestFirst = [...secretTexts].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(longestFirst.join("|"), "gi");
  return withTexts(value, (text) => text.replace(pattern, "secret"));
}

/** Properties with words of this program, which a secret may equal. */
const OWN_WORDS = new Set(["schemaVersion", "status", "code", "via", "must", "kind", "tier", "source"]);

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function withTexts<T>(value: T, edit: (text: string) => string): T;
function withTexts(value: unknown, edit: (text: string) => string): unknown {
  if (typeof value === "string") return edit(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, edit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, OWN_WORDS.has(key) ? item : withTexts(item, edit)]),
  );
}
