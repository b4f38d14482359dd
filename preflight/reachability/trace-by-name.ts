import type { Graph } from "../graph/model.js";
import type { Place } from "../intents.js";
import { callFromForeign } from "./api/external-callers.js";
import { type ApiQuestion, hostCaller, type NameKind, peerCaller } from "./api-callers.js";
import { callFromOutside, callFromVpc } from "./apis.js";
import { findMethods, type MethodPlace } from "./places/resolve.js";
import { labelOf, type Source, sourcesOf } from "./sources.js";
import { Walk, worst } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/** As `trace`, for a call by one of the API's names and no other. */
export function traceByName(graph: Graph, from: Place, to: MethodPlace, kind: NameKind): Verdict {
  const verdicts = sourcesOf(graph, from, 4).flatMap((source) =>
    findMethods(graph, to).map((found) => call(graph, source, { found, place: to, port: 443 }, kind)),
  );
  const name = labelOf(to);
  return (
    worst(verdicts) ?? new Walk().unknown({ urn: name, type: "method", name }, `${name} is not in the stack`)
  );
}

function call(graph: Graph, source: Source, question: ApiQuestion, kind: NameKind): Verdict {
  switch (source.kind) {
    case "interface":
      return callFromVpc(hostCaller(graph, source.from, question.port), question, kind);
    case "peer":
      return callFromVpc(peerCaller(graph, source.peer, question.port), question, kind);
    case "foreign":
      return callFromForeign(graph, source.place, question, kind);
    case "internet":
      return callFromOutside(graph, question, undefined, undefined, kind);
    case "outside-vpc":
      return callFromOutside(graph, question, source.function, undefined, kind);
    case "vpc-without-endpoint":
      return callFromOutside(graph, question, undefined, labelOf(source), kind);
    default: {
      const ref = source.kind === "method" ? source.found.api.ref : source.ref;
      return new Walk().unknown(ref, `${ref.name} calls no API`);
    }
  }
}
