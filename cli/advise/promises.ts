import {
  type Graph,
  type Intent,
  labelOf,
  type PinnedIntent,
  type Place,
  type Proof,
  proveIntents,
} from "@lambda-networking/preflight";
import type { Shape } from "./shapes.js";

/** What a stack keeps today, and a cheaper network may not. */
export interface Promises {
  /** By id, in the words of a reader. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether a promise is an intent or the number of zones, and not what NAT and endpoints promise besides. */
  readonly isIntent: (id: string) => boolean;
  /** The ids of those that another network breaks. */
  readonly brokenBy: (graph: Graph, shape: Shape) => readonly string[];
}

const ZONES = "zones";
const ZONE_FAILURE = "zone failure";
const NO_PAUSE = "no pause";

/**
 * The promises of a stack: its intents, pinned or declared, by whatever way they go; that calls which go by an endpoint
 * stay off public addresses; its Availability Zones; and what its NAT promises. The way of an intent is no part of it
 * unless it is pinned, because the way is what the search is about.
 */
export function promisesOf(graph: Graph, own: Shape, pins: readonly PinnedIntent[] | undefined): Promises {
  const intents = graph.intents.map(({ via: _, ...intent }): Intent => intent);
  const texts = new Map<string, string>();
  const prove = (on: Graph, claims: readonly Intent[]) => proveIntents({ ...on, intents: [...claims] }, pins);
  for (const proof of prove(graph, intents)) texts.set(idOf(proof), textOf(proof));
  const privately = prove(graph, intents).filter(isByEndpoint).map(serviceOf);
  for (const service of privately)
    texts.set(privateId(service), `calls of ${service} stay off public addresses`);
  if (own.zones > 1) texts.set(ZONES, `${own.zones} Availability Zones`);
  const hasNat = own.nat !== "none";
  if (hasNat && survivesZone(own))
    texts.set(ZONE_FAILURE, "a zone's failure leaves the others their way out");
  if (hasNat && own.nat !== "instance")
    texts.set(NO_PAUSE, "no pause of minutes when a NAT instance is replaced");
  const beyond = new Set([ZONE_FAILURE, NO_PAUSE, ...privately.map(privateId)]);
  return {
    texts,
    isIntent: (id) => !beyond.has(id),
    brokenBy: (on, shape) => {
      const claims = intents.filter(({ from, to }) => isThere(graph, on, from) && isThere(graph, on, to));
      const proofs = prove(on, claims);
      const isPrivate = (service: string) =>
        proofs.every((proof) => !isCall(proof) || serviceOf(proof) !== service || isByEndpoint(proof));
      const failed = [...proofs, ...proveIntents(on, pins)].filter(({ ok }) => !ok).map(idOf);
      const found = [
        ...failed,
        ...privately.filter((service) => !isPrivate(service)).map(privateId),
        ...(shape.zones < own.zones ? [ZONES] : []),
        ...(texts.has(ZONE_FAILURE) && !survivesZone(shape) ? [ZONE_FAILURE] : []),
        ...(texts.has(NO_PAUSE) && shape.nat === "instance" ? [NO_PAUSE] : []),
      ];
      return [...new Set(found)];
    },
  };
}

/** Whether what is left of the VPC after a zone's failure has its way out. In one zone there is nothing left. */
function survivesZone({ zones, nat, instancePerZone }: Shape): boolean {
  if (nat === "single") return zones === 1;
  return nat !== "instance" || instancePerZone || zones === 1;
}

/** Whether a place of the stack is in another network too: with fewer zones there are fewer subnets. */
function isThere(own: Graph, on: Graph, place: Place): boolean {
  if (place.kind !== "subnet") return true;
  return on.find(place.name).length > 0 || own.find(place.name).length === 0;
}

function idOf({ intent: { from, to, port, must } }: Proof): string {
  const action = to.kind === "service" && to.action !== undefined ? ` ${to.action}` : "";
  return `${labelOf(from)} ${must} ${labelOf(to)}:${port}${action}`;
}

function textOf({ intent: { from, to, must } }: Proof): string {
  return `${labelOf(from)} -> ${labelOf(to)}${must === "reach" ? "" : " stays closed"}`;
}

function isCall({ intent: { to, must } }: Proof): boolean {
  return must === "reach" && to.kind === "service" && to.networkOnly !== true;
}

function isByEndpoint(proof: Proof): boolean {
  const { verdict } = proof;
  const isEndpoint = verdict.status === "reachable" && /-endpoint$/.test(verdict.via);
  return isCall(proof) && isEndpoint;
}

function serviceOf({ intent: { to } }: Proof): string {
  return to.kind === "service" ? to.service : "";
}

function privateId(service: string): string {
  return `private ${service}`;
}
