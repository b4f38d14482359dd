import { isRecord } from "../preflight/graph/read.js";
import type { RecordedResource } from "../sandbox/recorder.js";
import type { Synthesis } from "../sandbox/synthesize.js";

/** A stack's resources as a tree of components, resources of a type counted where there are several. */
export function resourceTree({ stack, region, resources }: Synthesis): string {
  const made = resources.filter(({ isComponent }) => !isComponent);
  const components = resources.filter(({ isComponent }) => isComponent);
  const width = Math.max(...components.map(({ name }) => name.length));
  return [
    `${stack}  ${region}  ${made.length} resources in ${components.length} components`,
    ...components.map(({ urn, name }) => {
      const children = made.filter(({ parent }) => parent === urn);
      return `  ${name.padEnd(width)}  ${String(children.length).padStart(3)}  ${kinds(children)}`;
    }),
  ].join("\n");
}

function kinds(resources: readonly RecordedResource[]): string {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    const kind = type.split(":").at(-1) ?? type;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)).join(", ");
}

/** An answer of GET /messages with the names of its parameters, and none of their values. */
export function hideValues(body: string): string {
  const answer: unknown = JSON.parse(body);
  if (!isRecord(answer) || !isRecord(answer.messages)) return body;
  const names = Object.keys(answer.messages).sort();
  return `${names.length === 1 ? "1 message" : `${names.length} messages`}: ${names.join(", ")} (values hidden)`;
}
