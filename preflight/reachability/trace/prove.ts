import type { Graph } from "../../graph/model.js";
import type { Intent } from "../../intents.js";
import { words } from "../../resources/terms.js";
import type { Reachable, Verdict } from "../verdict/verdict.js";
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
    const last = open.path.at(-1);
    const reason = `open, by ${words(open.via)}${last === undefined ? "" : `: ${last.at.name}, ${last.text}`}`;
    return { intent, verdict: open, ok: false, failure: { reason, fix: "Remove what lets it through." } };
  }
  const unsure = verdicts.find(({ status }) => status === "unknown");
  if (unsure?.status === "unknown")
    return { intent, verdict: unsure, ok: false, failure: notKnown(unsure.reason) };
  const [verdict] = verdicts;
  return { intent, verdict: verdict ?? trace(graph, intent.from, intent.to, intent.port), ok: true };
}

function notKnown(reason: string): Proof["failure"] {
  return { reason: `not known: ${reason}`, fix: "Deploy what it depends on, or ask again when it is known." };
}
