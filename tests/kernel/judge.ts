import { graphFromResources, parsePlace, resourcesFromExport, trace } from "../../preflight/index.js";
import { randomNetwork } from "./generate.js";
import { makeNamespaces, probe, removeNamespaces } from "./namespaces.js";
import type { Network } from "./network.js";
import type { Plan } from "./plan.js";
import { type Question, randomQuestions } from "./questions.js";
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
  /** `mixed`: some of the connections were answered. */
  readonly kernel: "reachable" | "blocked" | "mixed";
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
  if (verdict === "unknown") return question.mayBeUnknown || kernel === "mixed" ? "undecidable" : "unknown";
  if (verdict === "reachable") return kernel === "reachable" ? "right" : "false reachable";
  return kernel === "reachable" ? "false blocked" : "right";
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
      return own.map(({ question }, i) => ({ question, answered: answers[i] === true }));
    }),
  );
  return questions.map((_, i) => {
    const own = answered.flat().filter(({ question }) => question === i);
    const good = own.filter((each) => each.answered).length;
    if (good === 0) return "blocked";
    return good === own.length ? "reachable" : "mixed";
  });
}
