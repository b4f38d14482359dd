import { addressIn } from "./addresses.js";
import { balancerRules, natRules, randomAcl, randomGroupRules } from "./generate-rules.js";
import type {
  Acl,
  Balancer,
  BlockPublicAccess,
  GatewayEndpoint,
  Group,
  GroupRule,
  Host,
  Interface,
  Named,
  Network,
  Peering,
  PrefixList,
  Route,
  Subnet,
  Table,
  Vpc,
} from "./network.js";
import type { Random } from "./random.js";
import { ELASTIC, PORTS, REGION, SERVICES } from "./world.js";

/** A VPC while its routes and rules are still written. */
export interface DraftVpc {
  readonly vpc: Vpc;
  readonly routes: Map<Table, Route[]>;
  readonly rules: Map<Group, GroupRule[]>;
}

/**
 * A random network. Most of it works, so that packets get far, and each part is wrong now and then: a missing route, a
 * rule for another port, an ACL without the answers.
 */
export function randomNetwork(random: Random): Network {
  const publicAddresses = Array.from({ length: 250 }, (_, i) => addressIn(ELASTIC, i + 2));
  const drafts = Array.from({ length: random.pick([1, 1, 2, 2, 2, 3]) }, (_, i) => randomVpc(random, i));
  const vpcs = drafts.map(({ vpc }) => vpc);
  const lists = managedLists(random, vpcs);
  const hosts = vpcs.flatMap((vpc) => randomHosts(random, vpc, () => publicAddresses.shift() ?? ELASTIC));
  const peerings = randomPeerings(random, vpcs);
  for (const draft of drafts) {
    writeRoutes(random, draft, hosts, peerings, vpcs, lists);
    writeRules(random, draft, { hosts, peerings, vpcs, lists });
  }
  return {
    vpcs,
    peerings,
    lists,
    hosts,
    gatewayEndpoints: vpcs.flatMap((vpc) => gatewayEndpoints(random, vpc, lists)),
    blockPublicAccess: random.chance(0.22) ? randomBlock(random, vpcs, hosts) : undefined,
  };
}

function named(random: Random, prefix: string, name: string): Named {
  return { name, id: random.id(prefix) };
}

function randomVpc(random: Random, i: number): DraftVpc {
  const name = `v${i}`;
  const hasIpv6 = random.chance(0.5);
  const hasSecond = random.chance(0.15);
  const blocks = [`10.${20 + i}.0.0/16`, ...(hasSecond ? [`100.64.${16 * i}.0/20`] : [])];
  const routes = new Map<Table, Route[]>();
  const table = (label: string): Table => {
    const own: Route[] = [];
    const made = { ...named(random, "rtb", `${name}-${label}`), routes: own };
    routes.set(made, own);
    return made;
  };
  const tables = ["public", "private", "isolated"].map(table);
  const mainTable = table("main");
  const acls = Array.from(
    { length: random.between(0, 2) },
    (_, n): Acl => ({ ...named(random, "acl", `${name}-acl${n}`), rules: [] }),
  );
  const subnets = Array.from({ length: random.between(2, 4) }, (_, n): Subnet => {
    const isSecond = hasSecond && n === 1;
    return {
      ...named(random, "subnet", `${name}-subnet${n}`),
      block: isSecond ? `100.64.${16 * i}.0/24` : `10.${20 + i}.${n}.0/24`,
      ipv6: hasIpv6 && random.chance(0.9) ? `2001:db8:${i + 1}:${n + 1}::/64` : undefined,
      zone: `${REGION}${"ab"[n % 2]}`,
      table: random.chance(0.1) ? undefined : n === 0 ? tables[0] : random.pick(tables),
      acl: random.chance(0.35) ? random.maybe(acls) : undefined,
      givesPublicAddress: random.chance(0.3),
      givesIpv6: hasIpv6 && random.chance(0.4),
    };
  });
  const rules = new Map<Group, GroupRule[]>();
  const labels = [...Array.from({ length: random.between(2, 4) }, (_, n) => `-group${n}`), NAT_GROUP];
  const groups = labels.map((label): Group => {
    const own: GroupRule[] = [];
    const form = random.pick(["inline", "older", "newer"] as const);
    const group = { ...named(random, "sg", `${name}${label}`), rules: own, form };
    rules.set(group, own);
    return group;
  });
  const vpc: Vpc = {
    ...named(random, "vpc", name),
    blocks,
    ipv6: hasIpv6 ? `2001:db8:${i + 1}::/56` : undefined,
    dns: random.chance(0.92),
    internetGateway: random.chance(0.88)
      ? { ...named(random, "igw", `${name}-igw`), attached: random.chance(0.95) }
      : undefined,
    egressOnlyGateway: hasIpv6 && random.chance(0.6) ? named(random, "eigw", `${name}-eigw`) : undefined,
    mainTable,
    tables,
    defaultAcl: named(random, "acl", `${name}-default-acl`),
    acls: acls.map((acl) => acl),
    defaultGroup: named(random, "sg", `${name}-default-group`),
    groups,
    subnets,
  };
  const filled = new Map(acls.map((acl) => [acl, { ...acl, rules: randomAcl(random, vpc) }]));
  return {
    vpc: {
      ...vpc,
      acls: [...filled.values()],
      subnets: subnets.map((subnet) => ({ ...subnet, acl: subnet.acl && filled.get(subnet.acl) })),
    },
    routes,
    rules,
  };
}

function managedLists(random: Random, vpcs: readonly Vpc[]): PrefixList[] {
  const list = (name: string, blocks: readonly string[]) => ({ ...named(random, "pl", name), blocks });
  return [
    { ...list("s3-list", SERVICES.s3.blocks), service: SERVICES.s3 },
    { ...list("dynamodb-list", SERVICES.dynamodb.blocks), service: SERVICES.dynamodb },
    list("networks-list", [
      ...vpcs.flatMap(({ blocks }) => (random.chance(0.7) ? blocks : [])),
      "172.20.0.0/16",
      ...(random.chance(0.1) ? ["198.51.100.0/24"] : []),
    ]),
  ];
}

/** How the name of the group ends that NAT instances are in. */
const NAT_GROUP = "-nat-group";

function randomHosts(random: Random, vpc: Vpc, elastic: () => string): Host[] {
  const used = new Map<Subnet, number>();
  const interfaceIn = (subnet: Subnet, more: Partial<Interface> = {}): Interface => {
    const n = used.get(subnet) ?? 10;
    used.set(subnet, n + 1);
    return {
      id: random.id("eni"),
      vpc,
      subnet,
      address: addressIn(subnet.block, n),
      ipv6: undefined,
      publicAddress: undefined,
      addressUnknown: false,
      ...more,
    };
  };
  const ipv6In = (subnet: Subnet) => {
    const n = (used.get(subnet) ?? 10) + 0x100;
    return subnet.ipv6 === undefined ? undefined : addressIn(subnet.ipv6, n);
  };
  const groups = () =>
    random.chance(0.08) ? [vpc.defaultGroup] : random.some(vpc.groups, random.pick([1, 1, 1, 2]));
  const host = (kind: Host["kind"], label: string, id: string, more: Partial<Host>): Host => ({
    ...named(random, id, `${vpc.name}-${label}`),
    kind,
    interfaces: [],
    groups: [],
    forwards: false,
    ...more,
  });
  const spread = () => random.some(vpc.subnets, random.pick([1, 2]));
  const [first] = vpc.subnets;
  const hosts: Host[] = vpc.subnets.map((subnet, n) =>
    host("any", `any${n}`, "any", {
      interfaces: [
        interfaceIn(subnet, {
          address: addressIn(subnet.block, 200),
          addressUnknown: true,
          ipv6: subnet.givesIpv6 && subnet.ipv6 !== undefined ? addressIn(subnet.ipv6, 0x200) : undefined,
          publicAddress: subnet.givesPublicAddress ? elastic() : undefined,
        }),
      ],
    }),
  );
  for (let n = random.between(2, 4); n > 0; n--) {
    const subnet = random.pick(vpc.subnets);
    const isPublic = random.chance(subnet === first ? 0.7 : 0.15);
    const publicAddress = isPublic ? elastic() : undefined;
    const only = interfaceIn(subnet, {
      publicAddress,
      ipv6: random.chance(0.8) ? ipv6In(subnet) : undefined,
    });
    hosts.push(host("instance", `instance${n}`, "i", { interfaces: [only], groups: groups() }));
  }
  for (let n = random.between(1, 2); n > 0; n--) {
    const dual = random.chance(0.5);
    const interfaces = spread().map((subnet) =>
      interfaceIn(subnet, { addressUnknown: true, ipv6: dual ? ipv6In(subnet) : undefined }),
    );
    hosts.push(host("function", `function${n}`, "fn", { interfaces, groups: groups() }));
  }
  if (random.chance(0.5)) {
    const interfaces = spread().map((subnet) => interfaceIn(subnet, { addressUnknown: true }));
    hosts.push(host("database", "database", "db", { interfaces, groups: groups() }));
  }
  for (const service of [SERVICES.ssm, SERVICES.sqs]) {
    if (!random.chance(0.4)) continue;
    const interfaces = spread().map((subnet) => interfaceIn(subnet, { addressUnknown: true }));
    hosts.push(
      host("interface-endpoint", `${service.name}-endpoint`, "vpce", {
        interfaces,
        groups: groups(),
        service,
        privateDns: vpc.dns && random.chance(0.8),
      }),
    );
  }
  const natSubnet = random.chance(0.85) && first !== undefined ? first : random.pick(vpc.subnets);
  const kind = random.pick(["nat-gateway", "nat-gateway", "nat-instance", "none"] as const);
  const natGroup = vpc.groups.find(({ name }) => name.endsWith(NAT_GROUP));
  if (kind === "nat-gateway") {
    const only = interfaceIn(natSubnet, { publicAddress: elastic() });
    hosts.push(host("nat-gateway", "nat", "nat", { interfaces: [only], forwards: true }));
  } else if (kind === "nat-instance" && natGroup !== undefined) {
    const only = interfaceIn(natSubnet, { publicAddress: random.chance(0.9) ? elastic() : undefined });
    const forwards = random.chance(0.85);
    hosts.push(host("instance", "nat-instance", "i", { interfaces: [only], groups: [natGroup], forwards }));
  }
  if (random.chance(0.2)) {
    const only = interfaceIn(random.pick(vpc.subnets));
    hosts.push(host("nat-gateway", "private-nat", "nat", { interfaces: [only], forwards: true }));
  }
  if (random.chance(0.5)) {
    const internal = random.chance(0.6);
    const balancer = randomBalancer(random, vpc, internal, hosts);
    const [one, two] = vpc.subnets;
    const isWide = balancer.type === "application" || random.chance(0.5);
    const interfaces = [one, ...(isWide && mayBeWide(balancer) ? [two] : [])].flatMap((subnet) =>
      subnet === undefined
        ? []
        : interfaceIn(subnet, { addressUnknown: true, publicAddress: internal ? undefined : elastic() }),
    );
    hosts.push(
      host("load-balancer", "balancer", "elb", {
        interfaces,
        groups: balancer.type === "network" && random.chance(0.5) ? [] : groups(),
        forwards: true,
        balancer,
      }),
    );
  }
  return hosts;
}

/**
 * Whether health checks do not matter: with one target, a zone without a healthy target is one without a target, unless
 * the rules that health checks meet are others than those that clients meet.
 */
function mayBeWide({ crossZone, listeners }: Balancer): boolean {
  return crossZone || (listeners.length === 1 && listeners.every(({ preserves }) => preserves === false));
}

function randomBalancer(random: Random, vpc: Vpc, internal: boolean, hosts: readonly Host[]): Balancer {
  const type = random.pick(["application", "network"] as const);
  const targets = hosts.filter(
    ({ kind, forwards, interfaces }) => kind === "instance" && !forwards && interfaces[0]?.vpc === vpc,
  );
  return {
    type,
    internal,
    crossZone: type === "application" || random.chance(0.6),
    listeners: random.some([80, 443, 8080], random.between(1, 2)).map((port) => ({
      port,
      targetPort: random.pick(PORTS),
      target: random.pick(targets),
      targetType: random.pick(["instance", "ip"] as const),
      preserves: type === "network" && random.chance(0.5) ? random.chance(0.4) : undefined,
    })),
  };
}

function randomPeerings(random: Random, vpcs: readonly Vpc[]): Peering[] {
  return vpcs.flatMap((requester, i) =>
    vpcs.slice(i + 1).flatMap((accepter) =>
      random.chance(0.75)
        ? [
            {
              ...named(random, "pcx", `${requester.name}-${accepter.name}-peering`),
              requester: requester.name,
              accepter: accepter.name,
              accepted: random.chance(0.87),
            },
          ]
        : [],
    ),
  );
}

function writeRoutes(
  random: Random,
  { vpc, routes }: DraftVpc,
  hosts: readonly Host[],
  peerings: readonly Peering[],
  vpcs: readonly Vpc[],
  lists: readonly PrefixList[],
): void {
  const [open, closed] = vpc.tables;
  const own = hosts.filter(({ interfaces }) => interfaces.some((each) => each.vpc.name === vpc.name));
  const nat = own.find(({ name }) => name === `${vpc.name}-nat` || name === `${vpc.name}-nat-instance`);
  const privateNat = own.find(({ name }) => name === `${vpc.name}-private-nat`);
  const add = (table: Table | undefined, route: Omit<Route, "blackhole">) => {
    if (table !== undefined) routes.get(table)?.push({ ...route, blackhole: random.chance(0.03) });
  };
  const { internetGateway: gateway, egressOnlyGateway } = vpc;
  const target = (kind: Route["target"]["kind"], { name }: Named) => ({ kind, name });
  if (gateway !== undefined) {
    const isMainOpen = random.chance(0.2);
    for (const table of [open, ...(isMainOpen ? [vpc.mainTable] : [])]) {
      if (random.chance(0.95))
        add(table, { to: { block: "0.0.0.0/0" }, target: target("internet-gateway", gateway) });
      if (vpc.ipv6 !== undefined && random.chance(0.85))
        add(table, { to: { block: "::/0" }, target: target("internet-gateway", gateway) });
    }
  }
  if (nat !== undefined && random.chance(0.92))
    add(closed, {
      to: { block: "0.0.0.0/0" },
      target: target(nat.kind === "nat-gateway" ? "nat-gateway" : "instance", nat),
    });
  if (egressOnlyGateway !== undefined && random.chance(0.9))
    add(closed, { to: { block: "::/0" }, target: target("egress-only-gateway", egressOnlyGateway) });
  for (const peering of peerings) {
    const name = otherEnd(peering, vpc.name);
    const other = vpcs.find((each) => each.name === name);
    if (other === undefined) continue;
    for (const table of [...vpc.tables, vpc.mainTable]) {
      if (!random.chance(0.75)) continue;
      const narrow = random.chance(0.15);
      const blocks = narrow ? [random.pick(other.subnets).block] : other.blocks;
      const byNat = table === closed && privateNat !== undefined && random.chance(0.6);
      const way = byNat ? target("nat-gateway", privateNat) : target("peering", peering);
      for (const block of blocks) add(table, { to: { block }, target: way });
      if (other.ipv6 !== undefined && vpc.ipv6 !== undefined && random.chance(0.7))
        add(table, { to: { block: other.ipv6 }, target: target("peering", peering) });
    }
  }
  const list = lists.find(({ service }) => service === undefined);
  const peering = peerings.find((each) => otherEnd(each, vpc.name) !== undefined);
  if (list !== undefined && peering !== undefined && random.chance(0.1))
    add(random.pick(vpc.tables), { to: { list }, target: target("peering", peering) });
  if (gateway !== undefined && random.chance(0.05))
    add(random.pick(vpc.tables), {
      to: { block: "198.51.100.0/24" },
      target: target("internet-gateway", gateway),
    });
}

export function otherEnd({ requester, accepter }: Peering, vpc: string): string | undefined {
  if (requester === vpc) return accepter;
  return accepter === vpc ? requester : undefined;
}

function writeRules(
  random: Random,
  { vpc, rules }: DraftVpc,
  all: {
    readonly hosts: readonly Host[];
    readonly peerings: readonly Peering[];
    readonly vpcs: readonly Vpc[];
    readonly lists: readonly PrefixList[];
  },
): void {
  const peers = all.peerings
    .filter(({ accepted }) => accepted)
    .map((peering) => otherEnd(peering, vpc.name))
    .flatMap((name) => all.vpcs.filter((each) => each.name === name));
  for (const [group, own] of rules) {
    const isForNat = group.name.endsWith(NAT_GROUP) && random.chance(0.9);
    own.push(...(isForNat ? natRules(vpc) : randomGroupRules(random, vpc, peers, all)));
  }
  for (const host of all.hosts) {
    if (host.balancer === undefined || host.interfaces[0]?.vpc.name !== vpc.name) continue;
    for (const { group, rule } of balancerRules(random, host, host.balancer))
      for (const [each, own] of rules) if (each.id === group.id) own.push(rule);
  }
}

function gatewayEndpoints(random: Random, vpc: Vpc, lists: readonly PrefixList[]): GatewayEndpoint[] {
  return lists.flatMap((list) => {
    const { service } = list;
    if (service === undefined || !random.chance(service.name === "s3" ? 0.5 : 0.3)) return [];
    const tables = [...vpc.tables, vpc.mainTable].filter(() => random.chance(0.6));
    return [{ ...named(random, "vpce", `${vpc.name}-${service.name}-gateway`), vpc, service, list, tables }];
  });
}

/**
 * Exclusions of single subnets only where no NAT gateway is, because the documentation does not say whether its subnet
 * or the subnet behind it counts.
 */
function randomBlock(random: Random, vpcs: readonly Vpc[], hosts: readonly Host[]): BlockPublicAccess {
  const hasNat = (vpc: Vpc) =>
    hosts.some(
      ({ kind, forwards, interfaces }) =>
        (kind === "nat-gateway" || forwards) && interfaces[0]?.vpc.name === vpc.name,
    );
  return {
    mode: random.pick(["block-bidirectional", "block-ingress"]),
    exclusions: vpcs.flatMap((vpc, i) =>
      random.chance(0.5)
        ? [
            {
              ...named(random, "vpcbpa-exclude", `exclusion${i}`),
              vpc,
              subnet: hasNat(vpc) || random.chance(0.5) ? undefined : random.pick(vpc.subnets),
              mode: random.pick(["allow-bidirectional", "allow-egress"] as const),
            },
          ]
        : [],
    ),
  };
}
