import { openMethods, type PinnedIntent } from "@lambda-networking/preflight";
import type { StackView } from "@lambda-networking/preflight/policy";
import type { Violation } from "./intents.js";

/** Methods that everybody on the internet may call, unless it is meant: pinned in intents.yaml, or set by the program. */
export function openToEverybody({ graph }: StackView, pins: readonly PinnedIntent[]): Violation[] {
  return openMethods(graph, pins)
    .filter(({ meant }) => meant === undefined)
    .map(({ method, api, who, does, fix }) => ({
      message: `${who === "everybody" ? "Everybody on the internet" : "Whoever signs up for the user pool"} may call ${method}: it ${does.join(", ")}. ${fix}`,
      urn: api.urn,
    }));
}
