import { type AddressSet, intersect, isEmpty, isPrivateSet, subtract } from "../../aws/address-sets.js";
import { type Cidr, formatCidr } from "../../aws/cidr.js";
import { isManagedByAws } from "../../graph/build/references.js";
import type { Graph, Key, Route, RouteTable } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";

/** Where the packets for some addresses go. */
export interface RouteChoice {
  /** Undefined: there is no route. */
  readonly route: Route | undefined;
  readonly addresses: AddressSet;
}

interface Candidate {
  readonly route: Route;
  readonly cidr: Cidr;
  /** Static routes go before those of a prefix list when both are equally long. */
  readonly rank: number;
}

/**
 * Divides the destination among the routes: longest prefix first, then static, then prefix list. Propagated routes
 * are in no stack; see `propagatingGateways`.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 *
 * @param prefixLists AWS-managed lists that cover the whole destination: their blocks are longer than any of the
 *   internet's that a table routes.
 */
export function chooseRoutes(
  graph: Graph,
  table: RouteTable,
  destination: AddressSet,
  prefixLists: readonly Key[] | "unknown",
): RouteChoice[] {
  const covering = table.routes.find(
    ({ destination: to }) =>
      to.kind === "prefix-list" && isKnown(to.prefixList) && prefixLists.includes(to.prefixList),
  );
  if (covering !== undefined) return [{ route: covering, addresses: destination }];
  const choices: RouteChoice[] = [];
  let rest = destination;
  for (const { route, cidr } of candidates(graph, table)) {
    if (isEmpty(rest)) break;
    const addresses = intersect(rest, cidr);
    if (isEmpty(addresses)) continue;
    choices.push({ route, addresses });
    rest = subtract(rest, [cidr]);
  }
  return isEmpty(rest) ? choices : [...choices, { route: undefined, addresses: rest }];
}

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

/** A route whose destination is not known might take any packet; a VPC's own block is taken to be private. */
export function doubtfulRoute(graph: Graph, table: RouteTable, addresses: AddressSet): Route | undefined {
  return table.routes.find(({ destination, target }) => {
    if (destination.kind === "cidr") {
      return !isKnown(destination.cidr) && (target.kind !== "local" || isPrivateSet(addresses));
    }
    if (!isKnown(destination.prefixList)) return true;
    // The list of a gateway endpoint is known by its service, whatever addresses it has.
    if (isManagedByAws(destination.prefixList)) return false;
    return graph.prefixLists.get(destination.prefixList)?.complete !== true;
  });
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
