import { expect } from "chai";
import { type Graph, graphFromResources } from "../../../preflight/graph/index.js";
import type { Place } from "../../../preflight/intents.js";
import {
  type Code,
  parsePlace,
  proveIntents,
  trace,
  type Verdict,
} from "../../../preflight/reachability/index.js";
import type { Stack } from "../graph/fixtures.js";

export function graphOf(stack: Stack): Graph {
  return graphFromResources(stack.resources);
}

/** The verdict on a question in the words of a user. */
export function ask(stack: Stack, from: string, to: string, port?: number): Verdict {
  const graph = graphOf(stack);
  return trace(graph, parsePlace(from, graph), destinationIn(graph, to), port);
}

/** As an intent asks: of a method, whether or not the stack has it. */
function destinationIn(graph: Graph, to: string): Place {
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(to) ?? [];
  return method === undefined || path === undefined
    ? parsePlace(to, graph)
    : { kind: "method", method, path };
}

/** What becomes of a ban: `holds`, or the verdict that breaks it. */
export function ban(stack: Stack, from: string, to: string, port: number): Verdict["status"] | "holds" {
  const graph = graphOf(stack);
  const intent = {
    from: parsePlace(from, graph),
    to: destinationIn(graph, to),
    port,
    must: "not-reach",
    reason: "test",
  } as const;
  const [proof] = proveIntents({ ...graph, intents: [intent] });
  if (proof === undefined) throw new Error("no proof");
  return proof.ok ? "holds" : proof.verdict.status;
}

export function expectReachable(verdict: Verdict, via?: string): void {
  expect(verdict.status, reason(verdict)).to.equal("reachable");
  if (via !== undefined && verdict.status === "reachable") expect(verdict.via).to.equal(via);
}

export function expectBlocked(verdict: Verdict, at: string, code: Code): void {
  expect(verdict.status, reason(verdict)).to.equal("blocked");
  if (verdict.status !== "blocked") return;
  expect([verdict.at.name, verdict.code], verdict.reason).to.deep.equal([at, code]);
  expect(verdict.fix).to.match(/^[A-Z].*\.$/);
}

export function expectUnknown(verdict: Verdict, ...missing: readonly string[]): void {
  expect(verdict.status, reason(verdict)).to.equal("unknown");
  if (verdict.status !== "unknown") return;
  expect(verdict.missing.map(({ name }) => name)).to.include.members([...missing]);
}

export function hops(verdict: Verdict): string[] {
  return verdict.path.map(({ at, text }) => `${at.name}: ${text}`);
}

function reason(verdict: Verdict): string {
  return "reason" in verdict ? verdict.reason : hops(verdict).join("\n");
}
