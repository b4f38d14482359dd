import type { Graph } from "../../graph/index.js";
import { checkOrder, type LatePath } from "../../order/check-order.js";
import { labelOf, type Proof, proveIntents } from "../../reachability/index.js";
import type { LatePathReport, OrderReport } from "../model.js";

/** Whether everything on the path of each required intent is made before what uses it. */
export function orderReport(graph: Graph, proofs: readonly Proof[] = proveIntents(graph)): OrderReport {
  const { paths, late, notJudged } = checkOrder(graph, proofs);
  return {
    paths,
    late: late.map(latePath),
    notJudged: notJudged.map(({ intent: { from, to }, reason }) => ({
      from: labelOf(from),
      to: labelOf(to),
      reason,
    })),
  };
}

function latePath({ intent: { from, to }, user, late }: LatePath): LatePathReport {
  const names = late.map(({ ref }) => `${ref.name} (${kindOf(ref.type)})`).join(", ");
  const circles = late.filter(({ waitsForUser }) => waitsForUser).map(({ ref }) => ref.name);
  const [last] = circles;
  return {
    from: labelOf(from),
    to: labelOf(to),
    user,
    needs: late.map(({ ref }) => ref),
    reason: `${user.name} (${kindOf(user.type)}) may be made before ${names}, which the path needs`,
    fix:
      last === undefined
        ? `Name ${late.length === 1 ? "it" : "them"} in the option dependsOn of ${user.name}.`
        : `${circles.join(", ")} ${circles.length === 1 ? "waits" : "wait"} for ${user.name} itself: remove that dependency, or start the traffic by a resource that comes after both, such as an alias or a trigger.`,
  };
}

/** The last part of a type token: `SecurityGroupIngressRule`. */
function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}
