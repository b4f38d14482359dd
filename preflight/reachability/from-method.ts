import type { Graph } from "../graph/model.js";
import type { Place } from "../intents.js";
import { isKnown } from "../resources/unknown.js";
import { callByRole } from "./api/integrations.js";
import { invokeFrom } from "./api-answers.js";
import { findIn } from "./find.js";
import type { FoundMethod } from "./places/resolve.js";
import { labelOf } from "./sources.js";
import { Walk } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/** From a method to the function that it invokes, or to what its integration's role may do at an AWS service. */
export function fromMethod(graph: Graph, found: FoundMethod, to: Place): Verdict[] {
  const { api, method } = found;
  const integration = method?.integration;
  if (to.kind === "function") {
    const targets = findIn(graph, graph.functions, to.name);
    if (targets.some(({ ref }) => ref.urn === integration?.function)) return [invokeFrom(graph, found)];
  }
  const own = integration?.serviceAction;
  if (integration !== undefined && own !== undefined) {
    const asked = askedOf(graph, to).filter(({ service }) => service === own.service);
    if (asked.length > 0) {
      return asked.map(({ action, resource }) => {
        const walk = new Walk();
        return (
          callByRole(walk, graph, integration, own, { action, resource }) ?? walk.arrive("public-network")
        );
      });
    }
  }
  return [
    new Walk().block({
      at: method?.ref ?? api.ref,
      code: "NO_SOURCE_OR_DESTINATION",
      why: `${labelOf(to)} is not what the method invokes`,
      mend: "Ask for the function or the service behind the method.",
    }),
  ];
}

interface Asked {
  readonly service: string;
  /** `dynamodb:PutItem`; undefined: what the integration does. */
  readonly action?: string;
  readonly resource?: string;
}

function askedOf(graph: Graph, to: Place): Asked[] {
  if (to.kind === "service") return [to];
  if (to.kind !== "resource") return [];
  return findIn(graph, graph.services, to.name).flatMap(({ service, arn }) =>
    service === undefined
      ? []
      : [{ service, ...(arn !== undefined && isKnown(arn) ? { resource: arn } : {}) }],
  );
}
