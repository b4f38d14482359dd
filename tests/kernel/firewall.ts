import { familyOf, NOT_ROUTED } from "./addresses.js";
import {
  type Acl,
  type BlockPublicAccess,
  type Direction,
  type Group,
  type GroupRule,
  type Host,
  type Interface,
  type Named,
  type Network,
  type Ports,
  type Protocol,
  preservesClient,
  type Vpc,
} from "./network.js";

/** Matches what does not begin a connection. */
const NOT_FIRST = "tcp flags & (syn | ack) != syn";

/** How the ends of a cable find each other in IPv6. */
const NEIGHBOURS = "meta l4proto ipv6-icmp accept";

/** The part of a rule that matches the protocol and the ports. */
function portMatch(protocol: Protocol, { from, to }: Ports): string {
  return protocol === "all" ? "" : `${protocol} dport ${from === to ? from : `${from}-${to}`}`;
}

function addressMatch(end: "saddr" | "daddr", blocks: readonly string[]): string[] {
  const of = (family: 4 | 6) => blocks.filter((block) => familyOf(block) === family);
  return ([4, 6] as const).flatMap((family) => {
    const some = [...new Set(of(family))];
    return some.length === 0 ? [] : [`${family === 4 ? "ip" : "ip6"} ${end} { ${some.join(", ")} }`];
  });
}

/**
 * The network ACLs at the borders of the subnets: without a memory, by number, and not inside a subnet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function aclTable(
  vpc: Vpc,
  nodes: readonly { readonly at: Interface; readonly device: string }[],
): string {
  const chains: string[] = [];
  const inside: string[] = [];
  const out: string[] = [];
  const into: string[] = [];
  vpc.subnets.forEach((subnet, i) => {
    const devices = nodes.filter(({ at }) => at.subnet.name === subnet.name).map(({ device }) => device);
    if (devices.length === 0) return;
    const set = `{ ${devices.join(", ")} }`;
    inside.push(`iifname ${set} oifname ${set} accept`);
    if (subnet.acl === undefined) return;
    chains.push(aclChain(`out${i}`, subnet.acl, "egress"), aclChain(`in${i}`, subnet.acl, "ingress"));
    out.push(`iifname ${set} jump out${i}`);
    into.push(`oifname ${set} jump in${i}`);
  });
  return [
    "table inet acl {",
    ...chains,
    "chain forward { type filter hook forward priority 0; policy accept;",
    ...inside,
    ...out,
    ...into,
    "}",
    "}",
  ].join("\n");
}

function aclChain(name: string, acl: Acl, direction: Direction): string {
  const end = direction === "egress" ? "daddr" : "saddr";
  const rules = acl.rules
    .filter((rule) => rule.direction === direction)
    .sort((a, b) => a.number - b.number)
    .flatMap(({ allow, protocol, ports, block }) =>
      addressMatch(end, [block]).map(
        (match) => `${match} ${portMatch(protocol, ports)} ${allow ? "return" : "drop"}`,
      ),
    );
  return [`chain ${name} {`, ...rules, "drop", "}"].join("\n");
}

/**
 * The security groups of an interface: allow rules of all its groups, and a memory for the answers. A rule that names
 * a group means the private addresses of the group's members.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function groupTable(host: Host, network: Network): string {
  const chain = (direction: Direction) => {
    const end = direction === "egress" ? "daddr" : "saddr";
    return host.groups
      .flatMap((group) => rulesOf(group, network))
      .filter((rule) => rule.direction === direction)
      .flatMap(({ protocol, ports, peer }) =>
        [...addressMatch(end, blocksOf(peer, network)), ...balancerMatch(direction, peer, network)].map(
          (match) => `${"group" in peer ? notByBalancer(match) : match} ${portMatch(protocol, ports)} accept`,
        ),
      );
  };
  const isAnswer = "ct state established,related accept";
  return [
    "table inet groups {",
    "chain ingress { type filter hook prerouting priority mangle; policy accept;",
    'iifname != "eth0" accept',
    isAnswer,
    NEIGHBOURS,
    ...chain("ingress"),
    "drop",
    "}",
    "chain egress { type filter hook postrouting priority 200; policy accept;",
    'oifname != "eth0" accept',
    isAnswer,
    NEIGHBOURS,
    ...chain("egress"),
    "drop",
    "}",
    "}",
  ].join("\n");
}

/**
 * The label of the packets that a load balancer passes on with the client's address, by its place among the hosts.
 * Only a rule for the load balancer's groups matches them as a group's, not one for the client's.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups
 */
function labelOf(host: Host, { hosts }: Network): string {
  const balancers = hosts.filter(({ kind }) => kind === "load-balancer");
  return `0x${(balancers.findIndex(({ id }) => id === host.id) + 1).toString(16).padStart(2, "0")}`;
}

function balancerMatch(direction: Direction, peer: GroupRule["peer"], network: Network): string[] {
  if (direction === "egress" || !("group" in peer)) return [];
  return network.hosts
    .filter(({ kind, groups }) => kind === "load-balancer" && groups.some(({ id }) => id === peer.group.id))
    .map((host) => `ip dscp ${labelOf(host, network)}`);
}

function notByBalancer(match: string): string {
  return match.startsWith("ip saddr") ? `ip dscp 0x00 ${match}` : match;
}

/**
 * A node of a load balancer: passes what comes to a listener's port on to the target, if the target is in a zone that
 * the node sends to. Other ports are closed.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
 */
export function balancerTable(host: Host, at: Interface, network: Network): string {
  const { balancer } = host;
  if (balancer === undefined) return "";
  const zones = balancer.crossZone ? host.interfaces.map(({ subnet }) => subnet.zone) : [at.subnet.zone];
  const rules = balancer.listeners.flatMap((listener) => {
    const [to] = listener.target.interfaces;
    if (to === undefined || !zones.includes(to.subnet.zone)) return [];
    const mark = preservesClient(balancer, listener) ? 2 : 1;
    return [
      `ip daddr ${at.address} tcp dport ${listener.port} meta mark set ${mark} dnat to ${to.address}:${listener.targetPort}`,
    ];
  });
  return [
    "table ip balancer {",
    "chain pre { type nat hook prerouting priority dstnat; policy accept;",
    ...rules,
    "}",
    "chain post { type nat hook postrouting priority srcnat; policy accept;",
    `meta mark 1 snat to ${at.address}`,
    "}",
    "chain label { type filter hook postrouting priority 150; policy accept;",
    `ip saddr != ${at.address} ct direction original ip dscp set ${labelOf(host, network)}`,
    "}",
    "chain input { type filter hook input priority 0; policy accept;",
    "ip protocol tcp drop",
    "}",
    "}",
  ].join("\n");
}

/** Brings the answers to what a load balancer passes on with the client's address back to the load balancer. */
export function answersTable(
  balancers: readonly { readonly device: string; readonly at: Interface; readonly mark: number }[],
): string {
  return [
    "table ip answers {",
    "chain pre { type filter hook prerouting priority mangle; policy accept;",
    ...balancers.flatMap(({ device, at, mark }) => [
      `iifname "${device}" ip saddr != ${at.address} ct mark set ${mark}`,
      `iifname != "${device}" ct direction reply ct mark ${mark} meta mark set ${mark}`,
    ]),
    "}",
    "}",
  ].join("\n");
}

const ALL: Ports = { from: 0, to: 65535 };

/** The group that a VPC is made with: anything from its members, anything out. */
function defaultRules(group: Named): GroupRule[] {
  const everything = { protocol: "all", ports: ALL } as const;
  return [
    { ...everything, direction: "ingress", peer: { group } },
    { ...everything, direction: "egress", peer: { block: "0.0.0.0/0" } },
    { ...everything, direction: "egress", peer: { block: "::/0" } },
  ];
}

function rulesOf(group: Named, { vpcs }: Network): readonly GroupRule[] {
  const own = vpcs.flatMap(({ groups }) => groups).find((each: Group) => each.id === group.id);
  return own?.rules ?? defaultRules(group);
}

function blocksOf(peer: GroupRule["peer"], { hosts }: Network): readonly string[] {
  if ("block" in peer) return [peer.block];
  if ("list" in peer) return peer.list.blocks;
  return hosts
    .filter(({ groups }) => groups.some(({ id }) => id === peer.group.id))
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ address, ipv6 }) => (ipv6 === undefined ? [address] : [address, ipv6]));
}

/**
 * A NAT gateway: translates what is forwarded to it, and takes nothing that comes to its own address unasked.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export function natGatewayTable(at: Interface): string {
  return [
    translationTable(at),
    "table inet own { chain input { type filter hook input priority 0; ip protocol tcp drop; ip6 nexthdr tcp drop; }; }",
  ].join("\n");
}

/**
 * What a NAT gateway and a NAT instance have in common.
 * https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html
 */
export function translationTable({ address }: Interface): string {
  return [
    `table ip nat { chain post { type nat hook postrouting priority srcnat; iifname "eth0" oifname "eth0" snat to ${address}`,
    "}; }",
    "table inet forwarding {",
    // What belongs to no connection would pass untranslated.
    `chain forward { type filter hook forward priority 0; ct state invalid drop; ct state new ${NOT_FIRST} drop; }`,
    "}",
  ].join("\n");
}

/**
 * The gateways between a VPC and the internet. An internet gateway translates each private address to its public one
 * and back, and passes IPv6. An egress-only gateway passes IPv6 connections that begin in the VPC.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export function edgeTable(
  vpc: Vpc,
  nodes: readonly { readonly host: Host; readonly at: Interface }[],
  block: BlockPublicAccess | undefined,
): string {
  const pairs = nodes.flatMap(({ at }) =>
    at.publicAddress === undefined ? [] : [[at.address, at.publicAddress] as const],
  );
  const known = (end: string, addresses: readonly string[]) =>
    addresses.length === 0 ? "drop" : `ip ${end} != { ${addresses.join(", ")} } drop`;
  const translate = (end: string, map: readonly (readonly [string, string])[]) =>
    map.length === 0
      ? []
      : [`ip ${end} set ip ${end} map { ${map.map(([from, to]) => `${from} : ${to}`).join(", ")} } notrack`];
  return [
    "table ip edge {",
    "chain outward {",
    `ip daddr { ${NOT_ROUTED.join(", ")} } drop`,
    known(
      "saddr",
      pairs.map(([own]) => own),
    ),
    ...translate("saddr", pairs),
    "}",
    "chain inward {",
    known(
      "daddr",
      pairs.map(([, own]) => own),
    ),
    ...translate(
      "daddr",
      pairs.map(([own, published]) => [published, own] as const),
    ),
    "}",
    "chain pre { type filter hook prerouting priority raw; policy accept;",
    'iifname "igw" jump outward',
    'iifname "wan" jump inward',
    'iifname "eigw" drop',
    "}",
    "}",
    "table ip6 edge {",
    "chain forward { type filter hook forward priority 0; policy accept;",
    // The answer to a connection that came in by the internet gateway may not leave by the egress-only one.
    'iifname "eigw" ct direction reply drop',
    ...(vpc.internetGateway?.attached === true ? [] : ['iifname "wan" ct direction original drop']),
    "}",
    "}",
    ...(block === undefined ? [] : [blockTable(vpc, nodes, block)]),
  ].join("\n");
}

/**
 * Block Public Access. Bidirectional mode stops all; ingress-only mode passes only NAT gateways and egress-only
 * gateways, because nothing comes in by them. An egress-only exclusion counts in bidirectional mode only.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
function blockTable(
  vpc: Vpc,
  nodes: readonly { readonly host: Host; readonly at: Interface }[],
  { mode, exclusions }: BlockPublicAccess,
): string {
  const own = exclusions.filter((exclusion) => exclusion.vpc.name === vpc.name);
  const allowed = (kind: "allow-bidirectional" | "allow-egress") =>
    own
      .filter((exclusion) => exclusion.mode === kind)
      .flatMap(({ subnet }) =>
        subnet === undefined
          ? [...vpc.blocks, ...(vpc.ipv6 === undefined ? [] : [vpc.ipv6])]
          : [subnet.block, ...(subnet.ipv6 === undefined ? [] : [subnet.ipv6])],
      );
  const both = allowed("allow-bidirectional");
  const out = mode === "block-bidirectional" ? allowed("allow-egress") : [];
  const gateways = nodes.filter(({ host }) => host.kind === "nat-gateway").map(({ at }) => at.address);
  const passing = mode === "block-ingress" ? gateways : [];
  const outward = [
    ...addressMatch("saddr", [...both, ...passing]).map((match) => `${match} accept`),
    ...addressMatch("saddr", out).map((match) => `${match} accept`),
    ...(mode === "block-ingress" ? ['iifname "eigw" accept'] : []),
  ];
  const inward = [
    ...addressMatch("daddr", [...both, ...passing]).map((match) => `${match} accept`),
    // What is not the first packet of a connection answers one that began inside.
    ...addressMatch("daddr", out).map((match) => `${match} ${NOT_FIRST} accept`),
    ...(mode === "block-ingress" ? [`meta nfproto ipv6 ${NOT_FIRST} accept`] : []),
  ];
  return [
    "table inet block {",
    // Before the addresses are translated on the way out.
    "chain out { type filter hook prerouting priority -350; policy accept;",
    'iifname { "igw", "eigw" } jump outward',
    "}",
    "chain outward {",
    NEIGHBOURS,
    ...outward,
    "drop",
    "}",
    "chain in { type filter hook forward priority 10; policy accept;",
    'iifname "wan" jump inward',
    "}",
    "chain inward {",
    ...inward,
    "drop",
    "}",
    "}",
  ].join("\n");
}
