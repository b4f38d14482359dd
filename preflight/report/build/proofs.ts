import type { Graph } from "../../graph/index.js";
import { labelOf, type Proof, proveIntents, type Verdict } from "../../reachability/index.js";
import type { ProofReport, VerdictReport } from "../model.js";

/** Every intent with its verdict. Failed ones come first, then the pinned ones, then the others in declared order. */
export function proofReports(graph: Graph, proofs: readonly Proof[] = proveIntents(graph)): ProofReport[] {
  return proofs.map(proofReport).sort((a, b) => Number(a.ok) - Number(b.ok));
}

function proofReport({ intent, verdict, ok, failure, pinnedIn }: Proof): ProofReport {
  const from = labelOf(intent.from);
  const to = labelOf(intent.to);
  const { port, must, via, reason } = intent;
  const action = actionOf(intent);
  return {
    id: `${from} ${must} ${to}:${port}`,
    from,
    to,
    ...(action !== undefined && { action }),
    port,
    must,
    ...(via !== undefined && { via }),
    reason,
    ...(pinnedIn !== undefined && { pinnedIn }),
    ok,
    ...(failure !== undefined && { failure }),
    verdict: verdictReport(verdict),
  };
}

/** What the caller does, if the intent says it: `dynamodb:GetItem, dynamodb:Query`. */
function actionOf({ to }: Proof["intent"]): string | undefined {
  if (to.kind === "resource") return to.actions?.join(", ");
  return to.kind === "service" ? to.action : undefined;
}

/** Published form of a verdict: the same texts, without this program's internal fields. */
export function verdictReport(verdict: Verdict): VerdictReport {
  const path = verdict.path.map(({ at, by, text }) => ({ at, ...(by !== undefined && { by }), text }));
  switch (verdict.status) {
    case "reachable": {
      const { status, via, name } = verdict;
      return { status, via, path, ...(name !== undefined && { name }) };
    }
    case "blocked": {
      const { status, at, by, code, reason, fix } = verdict;
      return { status, at, ...(by !== undefined && { by }), code, reason, fix, path };
    }
    case "unknown":
      return { status: verdict.status, missing: verdict.missing, reason: verdict.reason, path };
  }
}
