import { isPrivate } from "./addresses.js";
import type {
  AclRule,
  Balancer,
  Direction,
  GroupRule,
  Host,
  Named,
  Ports,
  PrefixList,
  Protocol,
  Vpc,
} from "./network.js";
import type { Random } from "./random.js";
import { PORTS } from "./world.js";

const ALL: Ports = { from: 0, to: 65535 };
const ANSWERS: Ports = { from: 1024, to: 65535 };

/** Rules of a network ACL: an open one, or one for web servers, with something missing or denied now and then. */
export function randomAcl(random: Random, vpc: Vpc): AclRule[] {
  const families = ["0.0.0.0/0", ...(vpc.ipv6 === undefined ? [] : ["::/0"])];
  const rule = (
    number: number,
    direction: Direction,
    protocol: Protocol,
    ports: Ports,
    block: string,
    allow = true,
  ): AclRule => ({ number, direction, allow, protocol, ports, block });
  const one = (port: number): Ports => ({ from: port, to: port });
  const base = families.flatMap((block, i) =>
    random.chance(0.5)
      ? [
          rule(100 + i, "ingress", "all", ALL, block),
          rule(100 + i, "egress", random.pick(["all", "tcp"]), ALL, block),
        ]
      : [
          ...[80, 443, 5432].map((port, n) => rule(100 + 10 * n + i, "ingress", "tcp", one(port), block)),
          rule(200 + i, "ingress", "tcp", ANSWERS, block),
          rule(100 + i, "egress", "tcp", one(443), block),
          rule(110 + i, "egress", "tcp", one(80), block),
          rule(200 + i, "egress", "tcp", ANSWERS, block),
        ],
  );
  const kept = base.filter(() => !random.chance(0.06));
  if (!random.chance(0.35)) return kept;
  const ports = random.chance(0.4) ? ALL : one(random.pick([22, 80, 443, 3389, 5432, 8080]));
  const block = random.pick(["0.0.0.0/0", ...vpc.blocks, ...vpc.subnets.map((subnet) => subnet.block)]);
  const protocol = ports === ALL ? random.pick(["all", "tcp", "udp"] as const) : "tcp";
  return [...kept, rule(50, random.pick(["ingress", "egress"]), protocol, ports, block, false)];
}

/** Rules of a security group, for peers in its own VPC and in those that are peered with it. */
export function randomGroupRules(
  random: Random,
  vpc: Vpc,
  peers: readonly Vpc[],
  { hosts, lists }: { readonly hosts: readonly Host[]; readonly lists: readonly PrefixList[] },
): GroupRule[] {
  const ports = (): Ports => {
    if (random.chance(0.1)) return { from: 0, to: 65535 };
    const port = random.pick([...PORTS, 443, 443]);
    return random.chance(0.1) ? { from: port - 10, to: port + 10 } : { from: port, to: port };
  };
  const groups = [...vpc.groups, vpc.defaultGroup, ...peers.flatMap((peer) => peer.groups)];
  const addresses = hosts
    .filter(({ kind }) => kind === "instance")
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ address, ipv6 }) => [`${address}/32`, ...(ipv6 === undefined ? [] : [`${ipv6}/128`])]);
  const blocks = [vpc, ...peers].flatMap((each) => [
    ...each.blocks,
    ...(each.ipv6 === undefined ? [] : [each.ipv6]),
    ...each.subnets.map(({ block }) => block),
  ]);
  const peer = (direction: Direction): GroupRule["peer"] => {
    const dice = random.next();
    if (dice < 0.25) return { block: "0.0.0.0/0" };
    if (dice < 0.33) return { block: "::/0" };
    if (dice < 0.6) return { group: random.pick(groups) };
    if (dice < 0.85 || direction === "ingress") {
      const list = lists.find(({ service }) => service === undefined);
      if (list !== undefined && random.chance(0.15)) return { list };
      const address = random.chance(0.12) ? random.maybe(addresses) : undefined;
      return { block: address ?? random.pick(blocks) };
    }
    return { list: random.pick(lists) };
  };
  const rule = (direction: Direction): GroupRule => {
    const protocol = random.pick(["tcp", "tcp", "tcp", "tcp", "tcp", "all", "udp"] as const);
    return { direction, protocol, ports: protocol === "all" ? ALL : ports(), peer: peer(direction) };
  };
  const some = (direction: Direction, least: number, most: number) =>
    Array.from({ length: random.between(least, most) }, () => rule(direction));
  const everything = (block: string): GroupRule => {
    return { direction: "egress", protocol: "all", ports: ALL, peer: { block } };
  };
  const egress = random.chance(0.6)
    ? [everything("0.0.0.0/0"), ...(vpc.ipv6 !== undefined && random.chance(0.8) ? [everything("::/0")] : [])]
    : some("egress", 1, 4);
  return [...some("ingress", 1, 5), ...egress];
}

/** Rules for a NAT instance: anything from the VPC, anything out. */
export function natRules(vpc: Vpc): GroupRule[] {
  const everything = { protocol: "all", ports: ALL } as const;
  return [
    ...vpc.blocks.map((block): GroupRule => ({ ...everything, direction: "ingress", peer: { block } })),
    { ...everything, direction: "egress", peer: { block: "0.0.0.0/0" } },
  ];
}

/** Rules that let clients reach a load balancer, and the load balancer its targets, most of the time. */
export function balancerRules(
  random: Random,
  { groups, interfaces }: Host,
  { listeners }: Balancer,
): { readonly group: Named; readonly rule: GroupRule }[] {
  const allow = (port: number, peer: GroupRule["peer"]): GroupRule => {
    return { direction: "ingress", protocol: "tcp", ports: { from: port, to: port }, peer };
  };
  const anywhere = { block: "0.0.0.0/0" };
  return listeners.flatMap(({ port, targetPort, target }) => {
    const own = groups.map((group) => ({ group, rule: allow(port, anywhere) }));
    const [group] = target.groups;
    const peers = [
      anywhere,
      ...groups.map((each) => ({ group: each })),
      ...interfaces.map(({ subnet }) => ({ block: subnet.block })),
    ];
    const its = group === undefined ? [] : [{ group, rule: allow(targetPort, random.pick(peers)) }];
    return [...own, ...its].filter(() => random.chance(0.75));
  });
}

/** Whether a block has public addresses, but not all of them. */
export function dividesInternet(block: string): boolean {
  return !isPrivate(block) && !block.endsWith("/0");
}
