import { orderReport } from "@lambda-networking/preflight";
import type { StackView } from "@lambda-networking/preflight/policy";
import { latePathTexts } from "@lambda-networking/preflight/report";
import type { Violation } from "./intents.js";

/** Paths that may not be complete when their traffic starts, each at the resource that starts it. */
export function latePaths({ graph }: StackView): Violation[] {
  const order = orderReport(graph);
  const texts = latePathTexts(order);
  return order.late.map(({ user }, i) => ({ message: texts[i] ?? "", urn: user.urn }));
}
