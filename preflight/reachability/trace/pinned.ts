import { isDeepStrictEqual } from "node:util";
import { isUserError } from "../../errors/user-error.js";
import type { Graph } from "../../graph/model.js";
import type { Intent, PinnedIntent, Place } from "../../intents.js";
import { withDeclaredUse } from "../places/declared-use.js";
import { parsePlace } from "../places/parse-place.js";
import { findMethods } from "../places/resolve.js";
import { portTo } from "./trace.js";

/** A pinned intent whose places the stack has, or what it lacks. */
export type ResolvedPin =
  | { readonly pin: PinnedIntent; readonly intent: Intent; readonly missing?: undefined }
  | {
      readonly pin: PinnedIntent;
      /** The same intent, with names for its places. */
      readonly intent: Intent;
      readonly missing: { readonly place: string; readonly reason: string };
    };

/** Resolves the places of a pinned intent, as a trace does. */
export function resolvePin(graph: Graph, pin: PinnedIntent): ResolvedPin {
  const [from, to] = [placeOf(graph, pin.from), placeOf(graph, pin.to)];
  const { must, via, reason } = pin;
  const rest = { must, reason, ...(via !== undefined && { via }) };
  const missing = from.missing ?? to.missing;
  if (missing !== undefined) {
    return { pin, intent: { ...rest, from: from.place, to: to.place, port: pin.port ?? 443 }, missing };
  }
  const used = must === "reach" ? withDeclaredUse(graph, from.place, to.place) : to.place;
  return { pin, intent: { ...rest, from: from.place, to: used, port: pin.port ?? portTo(graph, used) } };
}

function placeOf(
  graph: Graph,
  text: string,
): { readonly place: Place; readonly missing?: { readonly place: string; readonly reason: string } } {
  try {
    return { place: parsePlace(text, graph) };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { place: { kind: "resource", name: text }, missing: { place: text, reason: error.message } };
  }
}

/** Whether a component declares what is pinned, so that one proof shows both. */
export function isSameClaim(graph: Graph, declared: Intent, pinned: Intent): boolean {
  return (
    declared.must === pinned.must &&
    declared.port === pinned.port &&
    (pinned.via === undefined || pinned.via === declared.via) &&
    isDeepStrictEqual(declared.from, pinned.from) &&
    isDeepStrictEqual(withoutApi(graph, declared.to), withoutApi(graph, pinned.to))
  );
}

/** A method without the name of its API, if only one API has the method. */
function withoutApi(graph: Graph, place: Place): Place {
  if (place.kind !== "method" || findMethods(graph, { ...place, api: undefined }).length > 1) return place;
  const { api: _, ...method } = place;
  return method;
}
