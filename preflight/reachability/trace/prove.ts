import type { Graph } from "../../graph/model.js";
import { isUnexplained } from "../../graph/unexplained.js";
import type { Intent, PinnedIntent } from "../../intents.js";
import { words } from "../../resources/terms.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Hop, Reachable, Undecided, Verdict } from "../verdict/verdict.js";
import { besideWays } from "./beside.js";
import { isSameClaim, type ResolvedPin, resolvePin } from "./pinned.js";
import { trace, traceEach } from "./trace.js";

/** An intent with the verdict on it. */
export interface Proof {
  readonly intent: Intent;
  /** The verdict that decides: for `reach` the first that fails, for `not-reach` the first that is open. */
  readonly verdict: Verdict;
  readonly ok: boolean;
  /** What is wrong, in one sentence, and what to change; absent if the intent holds. */
  readonly failure?: { readonly reason: string; readonly fix: string };
  /** File and line of a pinned intent; absent if a component declares it. */
  readonly pinnedIn?: string;
}

/**
 * Proves or refutes every intent: the pinned ones, then those that the stack's components declare. An unknown verdict
 * proves no intent, and a pinned intent about a place that the stack does not have fails.
 */
export function proveIntents(graph: Graph, pins: readonly PinnedIntent[] = []): readonly Proof[] {
  const pinned = pins.map((pin) => resolvePin(graph, pin));
  const same = (declared: Intent) => pinned.some(({ intent }) => isSameClaim(graph, declared, intent));
  return [
    ...pinned.map((resolved) => provePin(graph, resolved)),
    ...graph.intents.filter((intent) => !same(intent)).map((intent) => prove(graph, intent)),
  ];
}

function provePin(graph: Graph, { pin, intent, missing }: ResolvedPin): Proof {
  const { pinnedIn } = pin;
  if (missing !== undefined) return { ...notThere(intent, missing), pinnedIn };
  // The component may ask for more, and knows what to change.
  const declared = graph.intents.find((each) => isSameClaim(graph, each, intent));
  return { ...prove(graph, { ...declared, ...intent }), pinnedIn };
}

/** A claim about nothing: it would hold for every stack that has lost the place, for example by a wrong mode. */
function notThere(
  intent: Intent,
  { place, reason }: { readonly place: string; readonly reason: string },
): Proof {
  const at = { urn: place, type: "place", name: place };
  const fix = "If the stack should have it, correct its configuration, else the pinned intent.";
  const verdict = new TraceBuilder().blocked({ at, code: "PLACE_NOT_IN_STACK", reason, fix });
  return { intent, verdict, ok: false, failure: { reason, fix } };
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
  if (verdict.status === "unknown") return { intent, verdict, ok: false, failure: notKnown(verdict) };
  const astray =
    via === undefined
      ? undefined
      : traceEach(graph, from, to, port).find((each) => each.status === "reachable" && each.via !== via);
  if (astray?.status !== "reachable" || via === undefined) return { intent, verdict, ok: true };
  return { intent, verdict: astray, ok: false, failure: detour(astray, via) };
}

function detour({ path: [start], via, passedOver }: Reachable, wanted: string): Proof["failure"] {
  const who = start === undefined ? "" : `${start.at.name} `;
  const reason = `${who}goes by ${words(via)}, not by ${words(wanted)}`;
  return passedOver === undefined
    ? { reason, fix: `Give it a way by ${words(wanted)}.` }
    : { reason: `${reason}: ${passedOver.reason}`, fix: passedOver.fix };
}

/** Proves a ban, which holds only if every path is certainly blocked. */
function mustNotReach(graph: Graph, intent: Intent): Proof {
  const { from, to, port } = intent;
  const verdicts = [...traceEach(graph, from, to, port), ...besideWays(graph, from, to, port)];
  const open = verdicts.find(({ status }) => status === "reachable");
  if (open?.status === "reachable") {
    return { intent, verdict: open, ok: false, failure: opened(intent, open) };
  }
  const unsure = verdicts.find(({ status }) => status === "unknown");
  if (unsure?.status === "unknown") return { intent, verdict: unsure, ok: false, failure: notKnown(unsure) };
  const [verdict] = verdicts;
  return { intent, verdict: verdict ?? trace(graph, intent.from, intent.to, intent.port), ok: true };
}

/** What is wrong with an open path: everything that lets it through, with its start. */
function opened({ fix }: Intent, { path, via }: Reachable): Proof["failure"] {
  const [start] = path;
  const names = [...new Set(path.flatMap(rulesOf))];
  const who = start === undefined || names.includes(start.at.name) ? "" : `${start.at.name}, `;
  const by = names.length > 0 ? `${who}let through by ${names.join(", ")}` : `${who}${start?.text ?? ""}`;
  return {
    reason: `open, by ${words(via)}: ${by}`,
    fix: fix ?? `Remove ${names.length > 1 ? "one of " : ""}${names.join(", ") || "what lets it through"}.`,
  };
}

/** The rules, routes, policies and groups that let a hop pass. The default network ACL lets everything pass. */
function rulesOf({ at, by, text }: Hop): string[] {
  const [, statements] = /: allowed by (.+)$/.exec(text) ?? [];
  if (statements !== undefined) return [statements];
  if (by !== undefined) return [by.name];
  return /(policy|securityGroup|functionUrl)$/i.test(at.type) ? [at.name] : [];
}

function notKnown({ reason, missing }: Undecided): Proof["failure"] {
  const names = [...new Set(missing.map(({ name }) => name))].join(", ");
  const fix = isUnexplained(reason)
    ? "Run `pulumi refresh` and export again. If it is still there, remove it, or write it in the program."
    : `Deploy what it depends on (${names}), or ask again when it is known.`;
  return { reason: `not known: ${reason}`, fix };
}
