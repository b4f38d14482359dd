import type { Graph, ResourceRef } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { arnLike } from "../lambda/permissions.js";
import { nodesNamed } from "../places/resolve.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";

/** The verdict, with the changes of the program's configuration that remove the block, if its components name some. */
export function withSettings(graph: Graph, to: Place, verdict: Verdict): Verdict {
  if (verdict.status !== "blocked") return verdict;
  const changes = changesFor(graph, to, verdict);
  if (changes.length === 0) return verdict;
  return { ...verdict, fix: `${verdict.fix} In the configuration: ${changes.join(", or ")}.` };
}

/**
 * The changes of the program's configuration that concern a resource.
 * @param code an explanation code or, for what is paid for and not used, `UNUSED`
 */
export function settingsFor({ settings }: Graph, { name }: ResourceRef, code: string): string[] {
  return settings
    .filter(({ resource, codes }) => codes?.includes(code) === true && matches(resource, name))
    .map(({ change }) => change);
}

function changesFor(graph: Graph, to: Place, { at, by, code }: Blocked): string[] {
  const fitting = graph.settings.filter(
    ({ resource, codes }) =>
      (codes === undefined || codes.includes(code)) &&
      [at, by].some((ref) => ref && matches(resource, ref.name)),
  );
  const asked = serviceAsked(graph, to);
  const named = to.kind === "internet" ? "internet" : asked;
  const own = fitting.filter(({ service }) => service !== undefined && service === named);
  const chosen = fitting.filter(
    (each) =>
      each.service === undefined ||
      own.includes(each) ||
      (each.service === "*" && asked !== undefined && own.length === 0),
  );
  const method = to.kind === "method" ? `${to.method} ${to.path}` : "METHOD";
  return [
    ...new Set(
      chosen.map(({ change }) =>
        change.replaceAll("SERVICE", asked ?? "SERVICE").replaceAll("METHOD", method),
      ),
    ),
  ];
}

/** The service that is called, by itself or for one of its resources. */
function serviceAsked(graph: Graph, to: Place): string | undefined {
  if (to.kind === "service") return to.service;
  return to.kind === "resource" ? nodesNamed(graph, "managedResources", to.name)[0]?.service : undefined;
}

function matches(pattern: string, name: string): boolean {
  return arnLike(pattern)(name);
}
