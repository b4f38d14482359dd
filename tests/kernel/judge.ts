import { graphFromResources, parsePlace, resourcesFromExport, trace } from "../../preflight/index.js";
import { familyOf } from "./addresses.js";
import { randomNetwork } from "./generate.js";
import { makeNamespaces, probe, removeNamespaces } from "./namespaces.js";
import type { Network } from "./network.js";
import type { Plan } from "./plan.js";
import { type Packet, type Question, randomQuestions } from "./questions.js";
import { Random } from "./random.js";
import { exportOf } from "./resources.js";
import { nodesOf, planOf } from "./wiring.js";

/** How long a connection may take in the kernel, in milliseconds, and how long before a difference is believed. */
const PATIENCE = 400;
const MORE_PATIENCE = 2500;

/** A question with both answers. */
export interface Judged {
  readonly question: Question;
  readonly verdict: "reachable" | "blocked" | "unknown";
  /** `only IPv6`: reached, but not from a host without IPv6. `mixed`: some of the connections were answered. */
  readonly kernel: "reachable" | "only IPv6" | "blocked" | "mixed";
  /** `undecidable`: unknown, and the stack does leave it open. */
  readonly outcome: "right" | "false reachable" | "false blocked" | "unknown" | "undecidable";
  /** Why preflight says so. */
  readonly reason: string;
}

/** Makes the network that a seed and an index name, and asks preflight and the kernel the same random questions. */
export async function judge(
  seed: string,
  index: number,
  count: number,
): Promise<{ readonly network: Network; readonly answers: readonly Judged[] }> {
  const random = new Random(`${seed}:${index}`);
  const network = randomNetwork(random);
  const nodes = nodesOf(network);
  const questions = randomQuestions(random, network, nodes, count);
  const plan = planOf(network, nodes, `k${index}`);
  await makeNamespaces(plan);
  try {
    const kernel = await askKernel(plan, questions, PATIENCE);
    const graph = graphFromResources(resourcesFromExport(JSON.parse(JSON.stringify(exportOf(network)))));
    const verdicts = questions.map(({ from, to, port }) =>
      trace(graph, parsePlace(from, graph), parsePlace(to, graph), port),
    );
    // A busy machine may be late, but it never answers for a host that was not reached.
    const doubtful = questions.filter(
      (_, i) => verdicts[i]?.status === "reachable" && kernel[i] !== "reachable",
    );
    const again = doubtful.length === 0 ? [] : await askKernel(plan, doubtful, MORE_PATIENCE);
    const answers = questions.flatMap((question, i): Judged[] => {
      const verdict = verdicts[i];
      const found = again[doubtful.indexOf(question)] ?? kernel[i];
      if (verdict === undefined || found === undefined) return [];
      const reason = "reason" in verdict ? ` (${verdict.reason})` : "";
      const answer = { question, verdict: verdict.status, kernel: found, reason };
      return [{ ...answer, outcome: outcomeOf(answer) }];
    });
    return { network, answers };
  } finally {
    await removeNamespaces(plan);
  }
}

function outcomeOf({ question, verdict, kernel }: Omit<Judged, "outcome">): Judged["outcome"] {
  const isReached = kernel === "reachable" || kernel === "only IPv6";
  if (verdict === "unknown")
    return question.mayBeUnknown || kernel === "mixed" || kernel === "only IPv6" ? "undecidable" : "unknown";
  if (verdict === "reachable") return isReached ? "right" : "false reachable";
  return isReached ? "false blocked" : "right";
}

/** Sends the packets of the questions, by one process for each namespace that they start in. */
async function askKernel(
  plan: Plan,
  questions: readonly Question[],
  patience: number,
): Promise<Judged["kernel"][]> {
  const all = questions.flatMap(({ packets }, question) => packets.map((packet) => ({ question, packet })));
  const namespaces = [...new Set(all.map(({ packet }) => packet.namespace))];
  const answered = await Promise.all(
    namespaces.map(async (namespace) => {
      const own = all.filter(({ packet }) => packet.namespace === namespace);
      const answers = await probe(
        plan.nameOf(namespace),
        own.map(({ packet }) => packet),
        patience,
      );
      return own.map(({ question, packet }, i) => ({ question, packet, answered: answers[i] === true }));
    }),
  );
  return questions.map((_, i) => {
    const own = answered.flat().filter(({ question }) => question === i);
    const ends = new Map<number | string, (typeof own)[number][]>();
    for (const [n, each] of own.entries()) {
      const end = each.packet.end ?? `packet ${n}`;
      ends.set(end, [...(ends.get(end) ?? []), each]);
    }
    const found = [...ends.values()].map(best);
    const [first = "blocked"] = found;
    if (found.every((each) => each === first)) return first;
    return found.every((each) => each === "reachable" || each === "only IPv6") ? "only IPv6" : "mixed";
  });
}

interface Sent {
  readonly packet: Packet;
  readonly answered: boolean;
}

/** The answer of one end, which has a way for each family. */
function best(sent: readonly Sent[]): Judged["kernel"] {
  const isReached = (family: 4 | 6) => {
    const way = sent.filter(({ packet }) => familyOf(packet.address) === family);
    return way.length > 0 && way.every(({ answered }) => answered);
  };
  if (isReached(4)) return "reachable";
  if (isReached(6))
    return sent.every(({ packet }) => familyOf(packet.address) === 6) ? "reachable" : "only IPv6";
  return sent.some(({ answered }) => answered) ? "mixed" : "blocked";
}
