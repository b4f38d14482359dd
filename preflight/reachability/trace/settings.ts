import type { Graph, ResourceRef } from "../../graph/model.js";
import type { Place, Setting } from "../../intents.js";
import { arnLike } from "../lambda/permissions.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";

/** The verdict, with the changes of the program's configuration that remove the block, if its components name some. */
export function withSettings(graph: Graph, to: Place, verdict: Verdict): Verdict {
  if (verdict.status !== "blocked") return verdict;
  const changes = changesFor(graph.settings, to, verdict);
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

function changesFor(settings: readonly Setting[], to: Place, { at, by, code }: Blocked): string[] {
  const fitting = settings.filter(
    ({ resource, codes }) =>
      (codes === undefined || codes.includes(code)) &&
      [at, by].some((ref) => ref && matches(resource, ref.name)),
  );
  const asked = to.kind === "service" ? to.service : undefined;
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

function matches(pattern: string, name: string): boolean {
  return arnLike(pattern)(name);
}
