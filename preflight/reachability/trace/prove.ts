import type { Graph } from "../../graph/model.js";
import { isUnexplained } from "../../graph/unexplained.js";
import type { Intent } from "../../intents.js";
import { words } from "../../resources/terms.js";
import type { Hop, Reachable, Verdict } from "../verdict/verdict.js";
import { trace, traceEach } from "./trace.js";

/** An intent with the verdict on it. */
export interface Proof {
  readonly intent: Intent;
  /** The verdict that decides: for `reach` the first that fails, for `not-reach` the first that is open. */
  readonly verdict: Verdict;
  readonly ok: boolean;
  /** What is wrong, in one sentence, and what to change; absent if the intent holds. */
  readonly failure?: { readonly reason: string; readonly fix: string };
}

/** Proves or refutes every intent of the stack. An unknown verdict proves no intent. */
export function proveIntents(graph: Graph): readonly Proof[] {
  return graph.intents.map((intent) => prove(graph, intent));
}

function prove(graph: Graph, intent: Intent): Proof {
  return intent.must === "reach" ? mustReach(graph, intent) : mustNotReach(graph, intent);
}

function mustReach(graph: Graph, intent: Intent): Proof {
  const { from, to, port, via } = intent;
  const verdict = trace(graph, from, to, port);
  if (verdict.status === "blocked") {
    return { intent, verdict, ok: false, failure: { reason: verdict.reason, fix: verdict.fix } };
  }
  if (verdict.status === "unknown") return { intent, verdict, ok: false, failure: notKnown(verdict.reason) };
  const astray =
    via === undefined
      ? undefined
      : traceEach(graph, from, to, port).find((each) => each.status === "reachable" && each.via !== via);
  if (astray?.status !== "reachable" || via === undefined) return { intent, verdict, ok: true };
  return { intent, verdict: astray, ok: false, failure: detour(astray, via) };
}

function detour({ via, passedOver }: Reachable, wanted: string): Proof["failure"] {
  const reason = `goes by ${words(via)}, not by ${words(wanted)}`;
  return passedOver === undefined
    ? { reason, fix: `Give it a way by ${words(wanted)}.` }
    : { reason: `${reason}: ${passedOver.reason}`, fix: passedOver.fix };
}

/** Proves a ban, which holds only if every path is certainly blocked. */
function mustNotReach(graph: Graph, intent: Intent): Proof {
  const verdicts = traceEach(graph, intent.from, intent.to, intent.port);
  const open = verdicts.find(({ status }) => status === "reachable");
  if (open?.status === "reachable") {
    return { intent, verdict: open, ok: false, failure: opened(intent, open) };
  }
  const unsure = verdicts.find(({ status }) => status === "unknown");
  if (unsure?.status === "unknown")
    return { intent, verdict: unsure, ok: false, failure: notKnown(unsure.reason) };
  const [verdict] = verdicts;
  return { intent, verdict: verdict ?? trace(graph, intent.from, intent.to, intent.port), ok: true };
}

function opened({ fix }: Intent, { path, via }: Reachable): Proof["failure"] {
  const last = path.at(-1);
  const names = [...new Set(path.flatMap(rulesOf))];
  const by =
    names.length > 0 ? `let through by ${names.join(", ")}` : last && `${last.at.name}, ${last.text}`;
  return {
    reason: `open, by ${words(via)}${by === undefined ? "" : `: ${by}`}`,
    fix: fix ?? (names.length > 0 ? `Remove one of ${names.join(", ")}.` : "Remove what lets it through."),
  };
}

/** The rule, route or policy that let a hop pass. */
function rulesOf({ at, by }: Hop): string[] {
  if (by !== undefined) return [by.name];
  return /policy$/i.test(at.type) ? [at.name] : [];
}

function notKnown(reason: string): Proof["failure"] {
  const fix = isUnexplained(reason)
    ? "Run `pulumi refresh` and export again. If it is still there, remove it, or write it in the program."
    : "Deploy what it depends on, or ask again when it is known.";
  return { reason: `not known: ${reason}`, fix };
}
