import { familyOf } from "./addresses.js";
import {
  aclTable,
  answersTable,
  balancerTable,
  edgeTable,
  groupTable,
  natGatewayTable,
  translationTable,
} from "./firewall.js";
import type { Host, Interface, Network, Route, Table, Vpc } from "./network.js";
import { type Gateway, Plan } from "./plan.js";
import { INTERNET, SERVICES } from "./world.js";

/** The namespace that stands for the internet, with AWS's public services on it. */
export const INTERNET_NAMESPACE = "net";

/** A host's interface with its namespace. */
export interface Node {
  readonly host: Host;
  readonly at: Interface;
  readonly namespace: string;
}

export function nodesOf({ hosts }: Network): Node[] {
  return hosts
    .flatMap((host) => host.interfaces.map((at) => ({ host, at })))
    .map((node, i) => ({ ...node, namespace: `h${i}` }));
}

interface VpcWiring {
  readonly vpc: Vpc;
  readonly router: string;
  /** How the router reaches each thing that a route may lead to, by kind and name. */
  readonly ways: Map<string, Gateway>;
  readonly nodes: readonly { readonly node: Node; readonly device: string; readonly way: Gateway }[];
}

/**
 * The network in the kernel: a router for each VPC, a namespace for each interface, for what stands between a VPC and
 * the internet, and for the internet.
 */
export function planOf(network: Network, nodes: readonly Node[], label: string): Plan {
  const plan = new Plan(label);
  wireInternet(plan);
  const wirings = network.vpcs.map((vpc, i): VpcWiring => {
    const router = `r${i}`;
    const ways = new Map<string, Gateway>();
    const own = nodes
      .filter(({ at }) => at.vpc.name === vpc.name)
      .map((node, n) => {
        const device = `n${n}`;
        const way = wireNode(plan, node, router, device);
        ways.set(`${node.host.kind === "nat-gateway" ? "nat-gateway" : "instance"} ${node.host.name}`, way);
        return { node, device, way };
      });
    wireEdge(plan, network, vpc, i, ways, nodes);
    wireGatewayEndpoints(plan, network, vpc, i, ways);
    return { vpc, router, ways, nodes: own };
  });
  network.peerings.forEach((peering, i) => {
    const [a, b] = [peering.requester, peering.accepter].map((name) =>
      wirings.find(({ vpc }) => vpc.name === name),
    );
    if (a === undefined || b === undefined || !peering.accepted) return;
    const { toUpper, toLower } = plan.link([a.router, `p${i}`], [b.router, `p${i}`]);
    a.ways.set(`peering ${peering.name}`, toLower);
    b.ways.set(`peering ${peering.name}`, toUpper);
  });
  for (const wiring of wirings) wireRouter(plan, network, wiring);
  for (const node of nodes) {
    const { host, at, namespace } = node;
    if (host.kind === "nat-gateway") plan.nft(namespace, natGatewayTable(at));
    else if (host.groups.length > 0) plan.nft(namespace, groupTable(host, network));
    if (host.kind === "load-balancer") plan.nft(namespace, balancerTable(host, at, network));
    if (host.kind === "instance" && host.forwards) plan.nft(namespace, translationTable(at));
  }
  return plan;
}

function wireInternet(plan: Plan): void {
  const blocks = Object.values(SERVICES).flatMap((service) => service.blocks);
  plan.ip(
    INTERNET_NAMESPACE,
    ...INTERNET[4].map((address) => `addr add ${address}/32 dev lo`),
    ...INTERNET[6].map((address) => `addr add ${address}/128 dev lo nodad`),
    ...blocks.map((block) => `route add local ${block} dev lo`),
  );
}

function wireNode(plan: Plan, { at, host, namespace }: Node, router: string, device: string): Gateway {
  const { toUpper, toLower } = plan.link([router, device], [namespace, "eth0"]);
  plan.ip(
    namespace,
    `addr add ${at.address}/32 dev lo`,
    `route add default ${toUpper[4]} src ${at.address}`,
    ...(at.ipv6 === undefined
      ? []
      : [`addr add ${at.ipv6}/128 dev lo nodad`, `-6 route add default ${toUpper[6]} src ${at.ipv6}`]),
  );
  // The source/destination check of an interface.
  if (!host.forwards) {
    plan.nft(namespace, "table inet check { chain forward { type filter hook forward priority 0; drop; }; }");
  }
  return toLower;
}

/** What stands between a VPC and the internet: both kinds of internet gateways, and Block Public Access. */
function wireEdge(
  plan: Plan,
  network: Network,
  vpc: Vpc,
  i: number,
  ways: Map<string, Gateway>,
  nodes: readonly Node[],
): void {
  const { internetGateway, egressOnlyGateway } = vpc;
  const isAttached = internetGateway?.attached === true;
  if (!isAttached && egressOnlyGateway === undefined) return;
  const edge = `e${i}`;
  const up = plan.link([INTERNET_NAMESPACE, `v${i}`], [edge, "wan"]);
  plan.ip(edge, `route add default ${up.toUpper[4]}`, `-6 route add default ${up.toUpper[6]}`);
  const down: Gateway[] = [];
  if (isAttached) {
    const link = plan.link([edge, "igw"], [`r${i}`, "igw"]);
    ways.set(`internet-gateway ${internetGateway.name}`, link.toUpper);
    down.push(link.toLower);
    for (const block of vpc.blocks) plan.ip(edge, `route add ${block} ${link.toLower[4]}`);
  }
  if (egressOnlyGateway !== undefined) {
    const link = plan.link([edge, "eigw"], [`r${i}`, "eigw"]);
    ways.set(`egress-only-gateway ${egressOnlyGateway.name}`, link.toUpper);
    down.push(link.toLower);
  }
  const [first] = down;
  if (vpc.ipv6 !== undefined && first !== undefined) {
    plan.ip(edge, `-6 route add ${vpc.ipv6} ${first[6]}`);
    plan.ip(INTERNET_NAMESPACE, `-6 route add ${vpc.ipv6} ${up.toLower[6]}`);
  }
  const own = nodes.filter(({ at }) => at.vpc.name === vpc.name);
  for (const { at } of own) {
    if (at.publicAddress !== undefined)
      plan.ip(INTERNET_NAMESPACE, `route add ${at.publicAddress}/32 ${up.toLower[4]}`);
  }
  plan.nft(edge, edgeTable(vpc, own, network.blockPublicAccess));
}

/** A namespace with the services that the VPC has gateway endpoints for. */
function wireGatewayEndpoints(
  plan: Plan,
  network: Network,
  vpc: Vpc,
  i: number,
  ways: Map<string, Gateway>,
): void {
  const own = network.gatewayEndpoints.filter((endpoint) => endpoint.vpc.name === vpc.name);
  if (own.length === 0) return;
  const { toUpper, toLower } = plan.link([`r${i}`, "svc"], [`g${i}`, "svc"]);
  plan.ip(
    `g${i}`,
    `route add default ${toUpper[4]}`,
    ...own.flatMap(({ service }) => service.blocks.map((block) => `route add local ${block} dev lo`)),
  );
  ways.set("gateway-endpoint", toLower);
}

/** Numbers of the router's tables: one for what comes in by a gateway, one for each subnet and node of a load balancer. */
const FROM_GATEWAYS = 90;
const FIRST_TABLE = 100;
const FIRST_BALANCER = 200;

function wireRouter(plan: Plan, network: Network, { vpc, router, ways, nodes }: VpcWiring): void {
  const local = nodes.flatMap(({ node: { at }, way }) => [
    `${at.address}/32 ${way[4]}`,
    ...(at.ipv6 === undefined ? [] : [`${at.ipv6}/128 ${way[6]}`]),
  ]);
  const family = (text: string) => (familyOf(text.split(" ")[0] ?? "") === 6 ? "-6 " : "");
  const add = (table: number, routes: readonly string[]) =>
    plan.ip(
      router,
      ...routes.map((route) => `${family(route)}route replace ${kindOf(route)} table ${table}`),
    );
  // What a gateway or a peering connection brings goes to the VPC's own addresses and no further.
  add(FROM_GATEWAYS, local);
  const devices = ["igw", "eigw", "svc", ...network.peerings.map((_, i) => `p${i}`)];
  const rules = devices.map((device) => `iif ${device} lookup ${FROM_GATEWAYS} priority 1000`);
  vpc.subnets.forEach((subnet, i) => {
    const table = subnet.table ?? vpc.mainTable;
    const number = FIRST_TABLE + i;
    add(number, [
      ...routesOf(table, network, vpc, ways),
      ...[...vpc.blocks, ...(vpc.ipv6 === undefined ? [] : [vpc.ipv6])].map((block) => `${block} blackhole`),
      ...local,
    ]);
    for (const { node, device } of nodes) {
      if (node.at.subnet.name === subnet.name) rules.push(`iif ${device} lookup ${number} priority 1000`);
    }
  });
  const balancers = nodes.filter(({ node }) => node.host.kind === "load-balancer");
  balancers.forEach(({ way }, i) => {
    const table = FIRST_BALANCER + i;
    plan.ip(
      router,
      `route add default ${way[4]} table ${table}`,
      `rule add fwmark ${table} lookup ${table} priority 500`,
    );
  });
  if (balancers.length > 0) {
    const marked = balancers.map(({ node: { at }, device }, i) => ({ at, device, mark: FIRST_BALANCER + i }));
    plan.nft(router, answersTable(marked));
  }
  plan.ip(router, ...rules.flatMap((rule) => [`rule add ${rule}`, `-6 rule add ${rule}`]));
  plan.nft(
    router,
    aclTable(
      vpc,
      nodes.map(({ node, device }) => ({ at: node.at, device })),
    ),
  );
}

function kindOf(route: string): string {
  return route.endsWith(" blackhole") ? `blackhole ${route.replace(" blackhole", "")}` : route;
}

/**
 * The routes of a table but the local ones. For one destination a static route goes before a prefix list's, so the
 * lists come first and are replaced.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
function routesOf(table: Table, network: Network, vpc: Vpc, ways: ReadonlyMap<string, Gateway>): string[] {
  const write = (block: string, way: Gateway | undefined) =>
    `${block} ${way === undefined ? "blackhole" : way[familyOf(block)]}`;
  const wayOf = ({ target, blackhole }: Route) =>
    blackhole ? undefined : ways.get(`${target.kind} ${target.name}`);
  const lists = table.routes.flatMap((route) =>
    "list" in route.to ? route.to.list.blocks.map((block) => write(block, wayOf(route))) : [],
  );
  const endpoints = network.gatewayEndpoints
    .filter((endpoint) => endpoint.vpc.name === vpc.name && endpoint.tables.some(({ id }) => id === table.id))
    .flatMap(({ service }) => service.blocks.map((block) => write(block, ways.get("gateway-endpoint"))));
  const fixed = table.routes.flatMap((route) =>
    "block" in route.to ? [write(route.to.block, wayOf(route))] : [],
  );
  return [...lists, ...endpoints, ...fixed];
}
