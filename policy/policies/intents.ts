import {
  type Graph,
  type PinnedIntent,
  proofReports,
  proveIntents,
  words,
} from "@lambda-networking/preflight";
import type { StackView } from "@lambda-networking/preflight/policy";
import {
  destinationText,
  originText,
  type ProofReport,
  proofReason,
} from "@lambda-networking/preflight/report";

/** A violation of a policy: its message and its resource. */
export interface Violation {
  readonly message: string;
  /** Undefined if it concerns the whole stack. */
  readonly urn: string | undefined;
}

/** Intents that are refuted. */
export function brokenIntents({ graph }: StackView, pins: readonly PinnedIntent[] = []): Violation[] {
  const proofs = proofReports(graph, proveIntents(graph, pins));
  return proofs
    .filter(({ ok, verdict }) => !ok && verdict.status !== "unknown")
    .map((proof) => violation(graph, proof, proofs));
}

/** Intents that are neither proved nor refuted, and stacks without intents although they have resources to reach. */
export function undecidedIntents(
  { graph, undeclared }: StackView,
  pins: readonly PinnedIntent[] = [],
): Violation[] {
  const proofs = proofReports(graph, proveIntents(graph, pins));
  const undecided = proofs.filter(({ verdict }) => verdict.status === "unknown");
  const nothing = proofs.length === 0 && graph.functions.size + graph.apis.size > 0;
  return [
    ...undecided.map((proof) => violation(graph, proof, proofs)),
    ...undeclared.map(({ name, urn }) => ({
      message: `What ${name} must reach is not known before deployment, so nothing of it is proved.`,
      urn,
    })),
    ...(nothing && undeclared.length === 0
      ? [{ message: "No component says what must be reachable, so nothing is proved.", urn: undefined }]
      : []),
  ];
}

function violation(graph: Graph, proof: ProofReport, proofs: readonly ProofReport[]): Violation {
  const { from, port, must, via, reason } = proof;
  const to = destinationText(proof, proofs, false);
  const origin = originText(proof);
  const way = via === undefined ? "" : ` by ${words(via)}`;
  const intent = `${from} must ${must === "reach" ? "reach" : "not reach"} ${to} on port ${port}${way} (${reason}${origin === "" ? "" : `; ${origin}`})`;
  return { message: `${intent}: ${proofReason(proof)}`, urn: culprit(graph, proof) };
}

/** The resource that blocks, the last one that lets the packet through, or the one that is unknown. */
function culprit(graph: Graph, { verdict }: ProofReport): string | undefined {
  const candidates =
    verdict.status === "blocked"
      ? [verdict.at, verdict.by]
      : verdict.status === "reachable"
        ? verdict.path.map(({ at }) => at).reverse()
        : verdict.missing;
  // A resource that AWS creates with another one has the URN of that one and a suffix.
  const urns = candidates.map((ref) => ref?.urn.replace(/#.*$/, ""));
  return urns.find((urn) => urn !== undefined && graph.resources.has(urn));
}
