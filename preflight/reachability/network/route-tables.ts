import {
  type AddressSet,
  EVERYWHERE,
  intersect,
  isEmpty,
  isPrivateSet,
  meets,
  subtract,
} from "../../aws/address-sets.js";
import { type Cidr, contains, formatCidr } from "../../aws/cidr.js";
import { isManagedByAws } from "../../graph/build/references.js";
import type { Graph, Key, ResourceRef, Route, RouteTable, Subnet } from "../../graph/model.js";
import { unexplained } from "../../graph/unexplained.js";
import type { Tier } from "../../intents.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** The route of the packets to some addresses. */
export interface RouteChoice {
  /** Undefined if there is no route. */
  readonly route: Route | undefined;
  readonly addresses: AddressSet;
}

interface Candidate {
  readonly route: Route;
  readonly cidr: Cidr;
  /** A static route takes precedence over a prefix list of the same length. */
  readonly rank: number;
}

/**
 * Divides the destination among the routes: longest prefix first, then static, then prefix list. Propagated routes
 * are not in the stack; see `propagatingGateways`.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 *
 * @param prefixLists AWS-managed lists that cover the whole destination. If the blocks of such a list are not known, a
 *   longer route may be more specific than they are, so it makes a part of its own.
 */
export function chooseRoutes(
  graph: Graph,
  table: RouteTable,
  destination: AddressSet,
  prefixLists: readonly Key[] | "unknown",
): RouteChoice[] {
  const covering = table.routes.find((route) => {
    const list = listOfService(route);
    return list !== undefined && prefixLists.includes(list) && !graph.prefixLists.has(list);
  });
  const choices: RouteChoice[] = [];
  let rest = destination;
  for (const { route, cidr } of candidates(graph, table)) {
    if (isEmpty(rest)) break;
    const list = listOfService(route);
    if (list !== undefined && prefixLists !== "unknown" && !prefixLists.includes(list)) continue;
    if (covering !== undefined && cidr.prefix <= SHORTER_THAN_ANY_LIST) break;
    const addresses = intersect(rest, cidr);
    if (isEmpty(addresses)) continue;
    choices.push({ route, addresses });
    rest = subtract(rest, [cidr]);
  }
  return isEmpty(rest) ? choices : [...choices, { route: covering, addresses: rest }];
}

/** The prefix list of an AWS service that a route is for. No other service and no host of the internet is in it. */
function listOfService({ destination }: Route): Key | undefined {
  if (destination.kind !== "prefix-list" || !isKnown(destination.prefixList)) return undefined;
  return isManagedByAws(destination.prefixList) ? destination.prefixList : undefined;
}

/**
 * The routes for AWS services that an address may be one of, because the addresses of the service are not known. A
 * gateway endpoint is for IPv4 only, unless its address type says otherwise.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export function possibleServiceRoutes(
  graph: Graph,
  table: RouteTable,
  { family }: AddressSet,
): readonly Route[] {
  return table.routes.filter((route) => {
    const { target } = route;
    const list = listOfService(route);
    if (list === undefined || graph.prefixLists.has(list)) return false;
    const endpoint = isKnown(target.key) ? graph.resources.get(target.key) : undefined;
    const types = endpoint?.properties.ipAddressType;
    return family === 4 || types === "dualstack" || types === "ipv6";
  });
}

/** No block of an AWS-managed prefix list is as short as this. */
const SHORTER_THAN_ANY_LIST = 8;

const cache = new WeakMap<RouteTable, readonly Candidate[]>();

function candidates(graph: Graph, table: RouteTable): readonly Candidate[] {
  const cached = cache.get(table);
  if (cached !== undefined) return cached;
  const sorted = table.routes
    .flatMap((route): Candidate[] => {
      const { destination } = route;
      if (destination.kind === "cidr") {
        return isKnown(destination.cidr) ? [{ route, cidr: destination.cidr, rank: 0 }] : [];
      }
      const list = isKnown(destination.prefixList)
        ? graph.prefixLists.get(destination.prefixList)
        : undefined;
      return (list?.entries ?? []).flatMap((cidr) => (isKnown(cidr) ? [{ route, cidr, rank: 1 }] : []));
    })
    .sort((a, b) => b.cidr.prefix - a.cidr.prefix || a.rank - b.rank);
  cache.set(table, sorted);
  return sorted;
}

/** A route that may or may not apply, with the reason. */
export interface DoubtfulRoute {
  readonly ref: ResourceRef;
  readonly reason: string;
}

/**
 * A route that may or may not apply: its destination is not known, or only the table's outputs hold it. A VPC's own
 * block counts as private.
 */
export function doubtfulRoute(
  graph: Graph,
  table: RouteTable,
  addresses: AddressSet,
  prefixLists: readonly Key[] | "unknown" = [],
): DoubtfulRoute | undefined {
  const vague = table.routes.find(({ destination, target }) => {
    if (destination.kind === "cidr") {
      return !isKnown(destination.cidr) && (target.kind !== "local" || isPrivateSet(addresses));
    }
    if (!isKnown(destination.prefixList)) return true;
    // The prefix list of a gateway endpoint is known by its service; its addresses do not matter.
    if (isManagedByAws(destination.prefixList)) return false;
    const list = graph.prefixLists.get(destination.prefixList);
    return list?.complete !== true || meetsSome(addresses, list.unexplained);
  });
  const { name } = table.ref;
  if (vague !== undefined)
    return { ref: vague.ref, reason: `where route table ${name} sends part of its traffic is not known` };
  const extra = table.unexplained.find((route) => mayDecide(graph, table, route, addresses, prefixLists));
  return extra && { ref: table.ref, reason: unexplained(name, `a ${describeRoute(graph, extra)}`) };
}

/** The routes of a subnet's answers to some addresses; undefined, and noted, if they are in doubt. */
export function routesOfAnswers(
  trace: TraceBuilder,
  graph: Graph,
  subnet: Subnet,
  addresses: AddressSet,
): { readonly table: RouteTable; readonly choices: readonly RouteChoice[] } | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined) {
    return trace.undetermined(graph.refOf(subnet.routeTable), `the route back from ${subnet.ref.name}`);
  }
  const doubt = doubtfulRoute(graph, table, addresses);
  if (doubt !== undefined) return trace.undetermined(doubt.ref, doubt.reason);
  return { table, choices: chooseRoutes(graph, table, addresses, []) };
}

/** The answers of a subnet do not get back. */
export function answersNotRouted(
  trace: TraceBuilder,
  { ref }: RouteTable,
  subnet: Subnet,
  addresses: AddressSet,
  through: string,
): Blocked {
  return trace.blocked({
    at: ref,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `route table ${ref.name} of ${subnet.ref.name} has no route back to ${addresses.label}`,
    fix: `Add a route to ${addresses.label} through ${through} to ${ref.name}.`,
  });
}

function meetsSome(addresses: AddressSet, blocks: readonly MaybeUnknown<Cidr>[]): boolean {
  return blocks.some((block) => !isKnown(block) || meets(addresses, block));
}

/** Whether a route that may not exist would decide on some of the addresses: no longer route covers them. */
function mayDecide(
  graph: Graph,
  table: RouteTable,
  { destination }: Route,
  addresses: AddressSet,
  prefixLists: readonly Key[] | "unknown",
): boolean {
  if (destination.kind === "prefix-list") {
    const { prefixList } = destination;
    if (!isKnown(prefixList) || prefixLists.includes(prefixList)) return true;
    if (isManagedByAws(prefixList) && prefixLists !== "unknown") return false;
    const list = graph.prefixLists.get(prefixList);
    return list === undefined || meetsSome(addresses, list.entries);
  }
  const { cidr } = destination;
  if (!isKnown(cidr)) return true;
  const isCovered = table.routes.some(
    ({ destination: to }) =>
      to.kind === "prefix-list" && isKnown(to.prefixList) && prefixLists.includes(to.prefixList),
  );
  if (isCovered && cidr.prefix <= SHORTER_THAN_ANY_LIST) return false;
  const longer = candidates(graph, table).flatMap((other) =>
    other.cidr.prefix > cidr.prefix ? [other.cidr] : [],
  );
  return !isEmpty(subtract(intersect(addresses, cidr), longer));
}

export function describeRoute(graph: Graph, { destination, target }: Route): string {
  const to =
    destination.kind === "prefix-list"
      ? graph.refOf(destination.prefixList).name
      : isKnown(destination.cidr)
        ? formatCidr(destination.cidr)
        : "a block that is not known yet";
  return `route ${to} -> ${target.kind === "local" ? "local" : graph.refOf(target.key).name}`;
}

/** Ways out for connections that start inside. A network interface is a NAT instance's. */
const PRIVATE_WAYS = ["nat-gateway", "egress-only-internet-gateway", "network-interface"] as const;

/** Ways to networks that the stack does not hold, and that may lead to the internet. */
const ELSEWHERE = ["other", "transit-gateway", "virtual-private-gateway"] as const;

/** The tier of a subnet, which its default routes decide; undefined if they are not known. */
export function tierOf(graph: Graph, subnet: Subnet): Tier | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined) return undefined;
  const targets = new Set(
    table.routes.flatMap(({ destination, target }) => {
      const isDefault =
        destination.kind === "cidr" &&
        isKnown(destination.cidr) &&
        contains(destination.cidr, EVERYWHERE[destination.cidr.family]);
      return isDefault ? [target.kind] : [];
    }),
  );
  if (targets.has("internet-gateway")) return "public";
  const isPrivate = PRIVATE_WAYS.some((kind) => targets.has(kind));
  if (isPrivate) return "private";
  return ELSEWHERE.some((kind) => targets.has(kind)) ? undefined : "isolated";
}
