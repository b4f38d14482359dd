import { type Cidr, formatCidr } from "../../../aws/cidr.js";
import { cidr, inputValue, type Properties, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type {
  ForeignRoute,
  Key,
  ResourceRef,
  Route,
  RouteTable,
  RouteTargetKind,
  Vpc,
  VpcEndpoint,
} from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, type Kind, refOf } from "../references.js";
import { isNew } from "./vpcs.js";

/** Routes by destination. A later route replaces an earlier one, because a table has one route for each destination. */
class Routes {
  readonly #byDestination = new Map<string, Route>();

  add(route: Route): void {
    this.#byDestination.set(this.#keyOf(route), route);
  }

  #keyOf({ destination }: Route): string {
    if (destination.kind === "prefix-list") {
      return isKnown(destination.prefixList) ? destination.prefixList : `unknown ${this.#byDestination.size}`;
    }
    const { cidr } = destination;
    return isKnown(cidr)
      ? `${cidr.family} ${cidr.first}/${cidr.prefix}`
      : `unknown ${this.#byDestination.size}`;
  }

  get list(): readonly Route[] {
    return [...this.#byDestination.values()];
  }
}

interface Draft {
  readonly ref: ResourceRef;
  readonly vpc: MaybeUnknown<Key>;
  readonly routes: Routes;
  readonly propagating: MaybeUnknown<Key>[];
  readonly unexplained: Route[];
}

/**
 * Route tables with inline routes, separate `Route` resources, the local routes of the VPC's blocks and the routes that
 * gateway endpoints add.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export function buildRouteTables(
  context: Context,
  vpcs: ReadonlyMap<Key, Vpc>,
  endpoints: ReadonlyMap<Key, VpcEndpoint>,
): Map<Key, RouteTable> {
  const tables = openTables(context, vpcs);
  addInlineRoutes(context, tables);
  addEndpointRoutes(endpoints, tables);
  addSeparateRoutes(context, tables);
  addUnexplainedRoutes(context, tables);
  return new Map(
    [...tables].map(([key, { ref, vpc, routes, propagating, unexplained }]) => [
      key,
      { ref, vpc, routes: routes.list, propagatingGateways: propagating, unexplained },
    ]),
  );
}

/** The routes in a table's outputs that none of its written routes explains. */
function addUnexplainedRoutes(context: Context, tables: Tables): void {
  for (const resource of context.ofKind(KINDS.routeTable)) {
    const table = tables.get(resource.urn);
    if (table === undefined || resource.found === undefined) continue;
    const written = new Set(table.routes.list.map(contentOf));
    const found = records(resource.found.routes).map((route) =>
      isKnown(route) ? routeOf(context, resource, route, "routes") : unknownRoute(resource),
    );
    table.unexplained.push(...found.filter((route) => !written.has(contentOf(route))));
    const kind = KINDS.virtualPrivateGateway;
    const { propagatingVgws } = resource.found;
    for (const gateway of context.references.many(resource, "propagatingVgws", propagatingVgws, kind)) {
      if (!table.propagating.includes(gateway)) table.propagating.push(gateway);
    }
  }
}

/** Where a route leads, in one spelling. */
function contentOf(route: Route): string {
  const { destination, target } = route;
  const to = destination.kind === "cidr" ? destination.cidr : destination.prefixList;
  const written = typeof to === "object" ? formatCidr(to) : String(to);
  return `${written} ${target.kind} ${String(target.key)}`;
}

type Tables = Map<Key, Draft>;

/**
 * Every table with its local routes, including the main table that AWS creates with a VPC unless the stack takes it
 * over.
 */
function openTables(context: Context, vpcs: ReadonlyMap<Key, Vpc>): Tables {
  const { references } = context;
  const tables: Tables = new Map();
  const open = (key: Key, ref: ResourceRef, vpc: MaybeUnknown<Key>) => {
    const draft: Draft = { ref, vpc, routes: new Routes(), propagating: [], unexplained: [] };
    for (const route of localRoutes(ref, isKnown(vpc) ? vpcs.get(vpc) : undefined)) draft.routes.add(route);
    tables.set(key, draft);
  };
  const vpcOf = new Map<Key, Key>();
  for (const resource of context.ofKind(KINDS.vpc)) {
    const part = `${resource.urn}#default-route-table`;
    const key = references.canonical(part);
    vpcOf.set(key, resource.urn);
    if (isNew(resource) && key === part) open(key, references.refOf(key), resource.urn);
  }
  for (const resource of context.ofKind(KINDS.routeTable)) {
    const own = references.one(resource, "vpcId", resource.properties.vpcId, KINDS.vpc);
    const vpc = isSet(own) ? own : (vpcOf.get(resource.urn) ?? UNKNOWN);
    open(resource.urn, refOf(resource), vpc);
  }
  return tables;
}

function addInlineRoutes(context: Context, tables: Tables): void {
  for (const resource of context.ofKind(KINDS.routeTable)) {
    const table = tables.get(resource.urn);
    for (const route of records(inputValue(resource, "routes"))) {
      table?.routes.add(
        isKnown(route) ? routeOf(context, resource, route, "routes") : unknownRoute(resource),
      );
    }
    const gateways = inputValue(resource, "propagatingVgws");
    const kind = KINDS.virtualPrivateGateway;
    table?.propagating.push(...context.references.many(resource, "propagatingVgws", gateways, kind));
  }
}

function addEndpointRoutes(endpoints: ReadonlyMap<Key, VpcEndpoint>, tables: Tables): void {
  for (const [key, endpoint] of endpoints) {
    if (endpoint.prefixList === undefined) continue;
    const route = endpointRoute(key, endpoint, endpoint.prefixList);
    for (const table of endpoint.routeTables) if (isKnown(table)) tables.get(table)?.routes.add(route);
    for (const table of endpoint.unexplainedRouteTables) tables.get(table)?.unexplained.push(route);
  }
}

function addSeparateRoutes(context: Context, tables: Tables): void {
  const tableOf = (resource: SourceResource) => {
    const { routeTableId } = resource.properties;
    const key = context.references.needed(resource, "routeTableId", routeTableId, KINDS.routeTable);
    return isKnown(key) ? tables.get(key) : undefined;
  };
  for (const resource of context.ofType("aws:ec2/route:Route")) {
    tableOf(resource)?.routes.add(routeOf(context, resource, resource.properties));
  }
  for (const resource of context.ofType("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")) {
    const { vpnGatewayId } = resource.properties;
    const kind = KINDS.virtualPrivateGateway;
    tableOf(resource)?.propagating.push(
      context.references.needed(resource, "vpnGatewayId", vpnGatewayId, kind),
    );
  }
}

/** Local routes. A VPC that is not in the stack has them too, but their destinations are unknown. */
function localRoutes(ref: ResourceRef, vpc: Vpc | undefined): Route[] {
  const blocks: readonly MaybeUnknown<Cidr>[] =
    vpc === undefined ? [UNKNOWN] : [...vpc.cidrBlocks, ...vpc.ipv6CidrBlocks];
  return blocks.map((block) => ({
    ref,
    destination: { kind: "cidr", cidr: block },
    target: { kind: "local", key: "local" },
    blackhole: false,
  }));
}

function endpointRoute(key: Key, { ref }: VpcEndpoint, prefixList: Key): Route {
  return {
    ref,
    destination: { kind: "prefix-list", prefixList },
    target: { kind: "vpc-endpoint", key },
    blackhole: false,
  };
}

function unknownRoute(table: SourceResource): Route {
  return {
    ref: refOf(table),
    destination: { kind: "cidr", cidr: UNKNOWN },
    target: { kind: "other", key: UNKNOWN },
    blackhole: false,
  };
}

/**
 * Routes to peering connections in tables outside the stack, which are those of the VPCs at the other ends.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function buildForeignRoutes(
  context: Context,
  routeTables: ReadonlyMap<Key, RouteTable>,
): ForeignRoute[] {
  return context.ofType("aws:ec2/route:Route").flatMap((resource) => {
    const { routeTableId } = resource.properties;
    const table = context.references.needed(resource, "routeTableId", routeTableId, KINDS.routeTable);
    const route = routeOf(context, resource, resource.properties);
    const isForeign = route.target.kind === "peering" && !(isKnown(table) && routeTables.has(table));
    return isForeign ? [{ table, route }] : [];
  });
}

/** `inline` is the property of an inline route. The route's dependencies are recorded there. */
function routeOf(context: Context, resource: SourceResource, route: Properties, inline?: string): Route {
  const { references } = context;
  const block =
    cidr(route.destinationCidrBlock) ??
    cidr(route.destinationIpv6CidrBlock) ??
    cidr(route.cidrBlock) ??
    cidr(route.ipv6CidrBlock);
  const listProperty = inline ?? "destinationPrefixListId";
  const prefixList = references.one(resource, listProperty, route.destinationPrefixListId, KINDS.prefixList);
  return {
    ref: refOf(resource),
    destination:
      prefixList === undefined || isSet(block)
        ? { kind: "cidr", cidr: block ?? UNKNOWN }
        : { kind: "prefix-list", prefixList },
    target: targetOf(context, resource, route, inline),
    blackhole: route.state === "blackhole",
  };
}

/** Route properties that name a target, with the kinds that they may refer to. */
const TARGETS: readonly (readonly [property: string, kind: RouteTargetKind, refersTo: Kind])[] = [
  ["natGatewayId", "nat-gateway", KINDS.natGateway],
  ["egressOnlyGatewayId", "egress-only-internet-gateway", KINDS.egressOnlyInternetGateway],
  ["vpcPeeringConnectionId", "peering", KINDS.peering],
  ["vpcEndpointId", "vpc-endpoint", KINDS.endpoint],
  ["transitGatewayId", "transit-gateway", KINDS.transitGateway],
  ["networkInterfaceId", "network-interface", KINDS.networkInterface],
  ["instanceId", "network-interface", KINDS.instance],
  ["carrierGatewayId", "other", KINDS.any],
  ["coreNetworkArn", "other", KINDS.any],
  ["localGatewayId", "other", KINDS.any],
  ["odbNetworkArn", "other", KINDS.any],
];

/** Kinds of target that `gatewayId` may hold. The resource or the prefix of the id tells which one it is. */
const GATEWAYS: readonly (readonly [prefix: string, kind: RouteTargetKind, refersTo: Kind])[] = [
  ["igw-", "internet-gateway", KINDS.internetGateway],
  ["vgw-", "virtual-private-gateway", KINDS.virtualPrivateGateway],
  ["vpce-", "vpc-endpoint", KINDS.endpoint],
  ["eigw-", "egress-only-internet-gateway", KINDS.egressOnlyInternetGateway],
];

/**
 * The target of a route. At preview the outputs of the unused target properties are unknown, so a property that is
 * known or has a dependency goes first.
 */
export function targetOf(
  { references, resources }: Context,
  resource: SourceResource,
  route: Properties,
  inline?: string,
) {
  const found: Route["target"][] = [];
  const gateway = text(route.gatewayId);
  if (gateway === "local") return { kind: "local", key: "local" } as const;
  for (const [prefix, kind, refersTo] of GATEWAYS) {
    const key = references.one(resource, inline ?? "gatewayId", route.gatewayId, refersTo);
    if (!isSet(key)) continue;
    const type = resources.get(key)?.type;
    if (type === undefined ? key.startsWith(prefix) : refersTo.types.includes(type))
      found.push({ kind, key });
  }
  if (found.length === 0 && gateway !== undefined) found.push({ kind: "other", key: gateway });
  for (const [property, kind, refersTo] of TARGETS) {
    const key = references.one(resource, inline ?? property, route[property], refersTo);
    if (key !== undefined) found.push({ kind, key });
  }
  return found.find(({ key }) => isKnown(key)) ?? { kind: "other", key: UNKNOWN };
}
