import { divides, familyOf } from "./addresses.js";
import { otherEnd } from "./generate.js";
import { dividesInternet } from "./generate-rules.js";
import type { Target } from "./namespaces.js";
import type { Host, Network, Service, Subnet, Vpc } from "./network.js";
import type { Random } from "./random.js";
import { INTERNET_NAMESPACE, type Node } from "./wiring.js";
import { INTERNET, OUTSIDE_FUNCTION, PORTS, SERVICES } from "./world.js";

/** A connection to open in the kernel. */
export interface Packet extends Target {
  readonly namespace: string;
  /** Packets of one number are ways to the same end, one for each family, of which one suffices. */
  readonly end?: number;
}

/** A question in preflight's words, with the connections that answer it. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** None: the name in the question has no address, so nothing can be sent. */
  readonly packets: readonly Packet[];
  /**
   * Whether the stack leaves open what the answer depends on: a rule is for some of a subnet's addresses, and the stack
   * does not say which of them the interface has.
   */
  readonly mayBeUnknown: boolean;
}

/** One end of a question, with the namespaces and addresses that stand for it. */
interface End {
  readonly place: string;
  readonly nodes: readonly Node[];
  /** Addresses that the place may have. Undefined: the stack says which it has. */
  readonly blocks: readonly string[] | undefined;
}

export function randomQuestions(
  random: Random,
  network: Network,
  nodes: readonly Node[],
  count: number,
): Question[] {
  const asker = new Asker(random, network, nodes);
  const questions = new Map<string, Question>();
  for (let tries = 0; questions.size < count && tries < count * 20; tries++) {
    const question = asker.ask();
    if (question !== undefined) questions.set(`${question.from} ${question.to} ${question.port}`, question);
  }
  return [...questions.values()];
}

class Asker {
  readonly #random: Random;
  readonly #network: Network;
  readonly #nodes: readonly Node[];

  constructor(random: Random, network: Network, nodes: readonly Node[]) {
    this.#random = random;
    this.#network = network;
    this.#nodes = nodes;
  }

  ask(): Question | undefined {
    const kinds = [
      ...Array.from({ length: 6 }, () => () => this.#toHost()),
      ...Array.from({ length: 3 }, () => () => this.#toService()),
      ...Array.from({ length: 2 }, () => () => this.#toIpv6()),
      ...Array.from({ length: 2 }, () => () => this.#toInternet()),
      ...Array.from({ length: 2 }, () => () => this.#fromInternet()),
      ...Array.from({ length: 2 }, () => () => this.#toBalancer()),
      () => this.#toPublicAddress(),
      () => this.#toSubnet(),
      () => this.#toPeer(),
    ];
    return this.#random.pick(kinds)();
  }

  #hosts(...kinds: readonly Host["kind"][]): Host[] {
    return this.#network.hosts.filter(({ kind }) => kinds.includes(kind));
  }

  #source(): End | undefined {
    if (this.#random.chance(0.05)) return this.#everyHostOf(this.#random.pick(this.#network.vpcs));
    const host = this.#random.maybe(
      this.#hosts(...this.#random.pick([["instance"], ["instance"], ["function"], ["any"]] as const)),
    );
    return host && this.#end(host);
  }

  #everyHostOf(vpc: Vpc): End {
    const nodes = this.#nodes.filter(({ host, at }) => host.kind === "any" && at.vpc === vpc);
    const blocks = nodes.flatMap(({ at }) => blocksOf(at.subnet));
    return { place: `vpc:${vpc.name}`, nodes, blocks };
  }

  #end(host: Host): End {
    const nodes = this.#nodes.filter((node) => node.host === host);
    const [first] = nodes;
    const isUnknown = nodes.some(({ at }) => at.addressUnknown);
    return {
      place: host.kind === "any" ? `subnet:${first?.at.subnet.name}` : placeOf(host),
      nodes,
      blocks: isUnknown ? nodes.flatMap(({ at: { subnet } }) => blocksOf(subnet)) : undefined,
    };
  }

  #port(host: Host): number {
    if (host.kind === "interface-endpoint") return 443;
    if (host.kind === "database" && this.#random.chance(0.6)) return 5432;
    const groups = this.#network.vpcs
      .flatMap((vpc) => vpc.groups)
      .filter(({ id }) => host.groups.some((group) => group.id === id));
    const rules = groups
      .flatMap((group) => group.rules)
      .filter(({ direction, protocol }) => direction === "ingress" && protocol === "tcp");
    const rule = this.#random.chance(0.7) ? this.#random.maybe(rules) : undefined;
    const inRule = PORTS.filter(
      (port) => rule !== undefined && rule.ports.from <= port && port <= rule.ports.to,
    );
    return this.#random.maybe(inRule) ?? this.#random.pick(PORTS);
  }

  /** To a host of the same VPC or, now and then, of another, by its name or its private address. */
  #toHost(): Question | undefined {
    const from = this.#source();
    const vpc = from?.nodes[0]?.at.vpc;
    if (from === undefined || vpc === undefined) return undefined;
    const isNear = this.#random.chance(0.65);
    const host = this.#random.maybe(
      this.#hosts("instance", "instance", "database", "interface-endpoint").filter(
        ({ interfaces }) => (interfaces[0]?.vpc === vpc) === isNear,
      ),
    );
    const to = host && this.#end(host);
    if (host === undefined || to === undefined) return undefined;
    if (from.nodes.some((node) => to.nodes.includes(node))) return undefined;
    const [first] = to.nodes;
    // A name of a host with a public address means another address in each VPC.
    const byAddress =
      host.kind === "instance" &&
      (!vpc.dns || !isNear || first?.at.publicAddress !== undefined || this.#random.chance(0.4));
    const hasName = host.kind === "interface-endpoint" || vpc.dns || byAddress;
    const place = byAddress && first !== undefined ? first.at.address : to.place;
    return this.#question(from, { ...to, place }, this.#port(host), hasName, 4);
  }

  #toIpv6(): Question | undefined {
    const from = this.#source();
    const host = this.#random.maybe(
      this.#hosts("instance").filter(({ interfaces }) => interfaces[0]?.ipv6 !== undefined),
    );
    const to = host && this.#end(host);
    const outside = this.#random.chance(0.25);
    if (host === undefined || to === undefined || from === undefined) return undefined;
    const place = `[${to.nodes[0]?.at.ipv6}]:${this.#port(host)}`;
    const port = Number(place.split(":").at(-1));
    if (outside) return this.#outsideTo(place, [String(to.nodes[0]?.at.ipv6)], port, to.nodes);
    if (!from.nodes.every(({ at }) => at.ipv6 !== undefined)) return undefined;
    if (from.nodes.some((node) => to.nodes.includes(node))) return undefined;
    return this.#question(from, { ...to, place }, port, true, 6);
  }

  #toInternet(): Question | undefined {
    const from = this.#source();
    if (from === undefined) return undefined;
    const port = this.#random.pick([443, 443, 80, 8080]);
    if (this.#random.chance(0.25) && from.nodes.every(({ at }) => at.ipv6 !== undefined)) {
      const [address = ""] = INTERNET[6];
      const packets = from.nodes.map(({ namespace }) => ({ namespace, address, port }));
      return this.#with(from, undefined, { to: `[${address}]:${port}`, port, packets });
    }
    const packets = from.nodes.flatMap(({ namespace, at }, end) =>
      [...INTERNET[4], ...(at.ipv6 === undefined ? [] : INTERNET[6])].map((address) => ({
        namespace,
        address,
        port,
        end,
      })),
    );
    return this.#with(from, "internet", { to: "internet", port, packets });
  }

  /**
   * The name of a load balancer that faces the internet means its public addresses, from everywhere; and it does not
   * mean a node without a target, if another has one.
   * https://repost.aws/knowledge-center/elb-dns-cross-zone-balance-configuration
   */
  #toBalancer(): Question | undefined {
    const host = this.#random.maybe(this.#hosts("load-balancer"));
    if (host?.balancer === undefined) return undefined;
    const { listeners, internal, crossZone } = host.balancer;
    const whole = this.#end(host);
    const zones = listeners.flatMap(({ target }) => target.interfaces.map(({ subnet }) => subnet.zone));
    const having = whole.nodes.filter(({ at }) => crossZone || zones.includes(at.subnet.zone));
    const to = having.length === 0 ? whole : { ...whole, nodes: having };
    const port = this.#random.chance(0.1) ? 22 : this.#random.pick(listeners).port;
    const addresses = to.nodes.flatMap(({ at }) => at.publicAddress ?? []);
    if (this.#random.chance(0.3)) return this.#outsideTo(to.place, addresses, port, to.nodes);
    const from = this.#source();
    const vpc = from?.nodes[0]?.at.vpc;
    if (from === undefined || vpc === undefined) return undefined;
    if (internal) return this.#question(from, to, port, vpc.dns, 4);
    const packets = vpc.dns ? toEach(from, addresses, port) : [];
    return this.#with(from, "internet", { to: to.place, port, packets });
  }

  #toPublicAddress(): Question | undefined {
    const from = this.#source();
    const owner = this.#random.maybe(
      this.#nodes.filter(({ at, host }) => at.publicAddress !== undefined && host.kind === "instance"),
    );
    if (from === undefined || owner?.at.publicAddress === undefined) return undefined;
    const port = this.#port(owner.host);
    const packets = toEach(from, [owner.at.publicAddress], port);
    return this.#with(from, "internet", { to: `${owner.at.publicAddress}:${port}`, port, packets });
  }

  #toService(): Question | undefined {
    const from = this.#source();
    const vpc = from?.nodes[0]?.at.vpc;
    if (from === undefined || vpc === undefined) return undefined;
    const service: Service = this.#random.pick(Object.values(SERVICES));
    const endpoint = this.#network.hosts.find(
      (host) => host.service === service && host.privateDns === true && host.interfaces[0]?.vpc === vpc,
    );
    const addresses =
      endpoint === undefined
        ? service.blocks.map((block) => inside(block))
        : endpoint.interfaces.map(({ address }) => address);
    const packets = vpc.dns ? toEach(from, addresses, 443) : [];
    const to = endpoint === undefined ? "internet" : this.#end(endpoint).blocks;
    return this.#with(from, to, { to: service.name, port: 443, packets });
  }

  #fromInternet(): Question | undefined {
    const owner = this.#random.maybe(
      this.#nodes.filter(({ host }) => ["instance", "nat-gateway", "any", "database"].includes(host.kind)),
    );
    if (owner === undefined) return undefined;
    const { at, host } = owner;
    const port = this.#port(host);
    const published = at.publicAddress === undefined ? [] : [at.publicAddress];
    const isNat = host.kind === "nat-gateway";
    if (isNat && at.publicAddress === undefined) return undefined;
    const byAddress =
      isNat || (host.kind === "instance" && at.publicAddress !== undefined && this.#random.chance(0.5));
    const place = byAddress ? `${at.publicAddress}:${port}` : this.#end(host).place;
    const addresses = byAddress || at.ipv6 === undefined ? published : [...published, at.ipv6];
    return this.#outsideTo(place, addresses, port, [owner]);
  }

  /** To a subnet or to a whole VPC. */
  #toSubnet(): Question | undefined {
    const from = this.#source();
    const host = this.#random.maybe(this.#hosts("any"));
    const vpc = this.#random.pick(this.#network.vpcs);
    const to = this.#random.chance(0.3) ? this.#everyHostOf(vpc) : host && this.#end(host);
    if (to === undefined || from === undefined) return undefined;
    if (from.nodes.some((node) => to.nodes.includes(node))) return undefined;
    return this.#question(from, to, this.#random.pick(PORTS), true, 4);
  }

  /** To every host of the VPC that accepts a peering connection, from the VPC that requests it. */
  #toPeer(): Question | undefined {
    const from = this.#source();
    const vpc = from?.nodes[0]?.at.vpc;
    const peering = this.#random.maybe(
      this.#network.peerings.filter(({ requester }) => requester === vpc?.name),
    );
    if (from === undefined || vpc === undefined || peering === undefined) return undefined;
    const other = this.#network.vpcs.find(({ name }) => name === otherEnd(peering, vpc.name));
    if (other === undefined) return undefined;
    const to = { ...this.#everyHostOf(other), place: `peer:${peering.name}` };
    return this.#question(from, to, this.#random.pick(PORTS), true, 4);
  }

  #question(from: End, to: End, port: number, hasName: boolean, family: 4 | 6): Question {
    const addresses = to.nodes.flatMap(({ at }) => (family === 4 ? at.address : (at.ipv6 ?? [])));
    const packets = hasName ? toEach(from, addresses, port) : [];
    return this.#with(from, to, { to: to.place, port, packets });
  }

  #outsideTo(to: string, addresses: readonly string[], port: number, nodes: readonly Node[]): Question {
    const packets = addresses.flatMap((address) =>
      INTERNET[familyOf(address)].map((from) => ({
        namespace: INTERNET_NAMESPACE,
        address,
        port,
        from,
        ...(nodes.length === 1 && { end: 0 }),
      })),
    );
    const blocks = this.#blocks(nodes.map(({ at }) => at.vpc));
    const mayBeUnknown = blocks.some(dividesInternet);
    // A function outside any VPC is on the internet too; whether it has IPv6 is not documented.
    const isFunction = packets.every(({ from }) => familyOf(from) === 4) && this.#random.chance(0.3);
    return { from: isFunction ? OUTSIDE_FUNCTION : "internet", to, port, packets, mayBeUnknown };
  }

  #with(
    from: End,
    to: End | readonly string[] | "internet" | undefined,
    question: Omit<Question, "from" | "mayBeUnknown">,
  ): Question {
    const far = typeof to === "object" && "nodes" in to ? to.nodes.map(({ at }) => at.vpc) : [];
    const blocks = this.#blocks([...from.nodes.map(({ at }) => at.vpc), ...far]);
    const open = typeof to === "object" && "nodes" in to ? to.blocks : to;
    const isDivided = (ends: readonly string[] | undefined) =>
      ends?.some((end) => blocks.some((block) => divides(block, end))) === true;
    const mayBeUnknown =
      this.#hasForeignList([...from.nodes.map(({ at }) => at.vpc), ...far]) ||
      isDivided(from.blocks) ||
      (open === "internet" ? blocks.some(dividesInternet) : isDivided(open));
    return { from: from.place, ...question, mayBeUnknown };
  }

  /** Whether a rule is for a list of AWS's that the stack has no endpoint for, so that it does not say whose it is. */
  #hasForeignList(vpcs: readonly Vpc[]): boolean {
    const known = this.#network.gatewayEndpoints.map(({ list }) => list.id);
    return vpcs.some(({ groups }) =>
      groups.some(({ rules }) =>
        rules.some(
          ({ peer }) => "list" in peer && peer.list.service !== undefined && !known.includes(peer.list.id),
        ),
      ),
    );
  }

  /** Every block that a rule or a route of some VPCs is for. */
  #blocks(vpcs: readonly Vpc[]): string[] {
    return [...new Set(vpcs)].flatMap((vpc) => [
      ...vpc.acls.flatMap((acl) => acl.rules.map(({ block }) => block)),
      ...[...vpc.groups].flatMap((group) => group.rules.flatMap(({ peer }) => blocksIn(peer))),
      ...[...vpc.tables, vpc.mainTable].flatMap((table) => table.routes.flatMap(({ to }) => blocksIn(to))),
    ]);
  }
}

function blocksIn(
  part: { readonly block: string } | { readonly list: { readonly blocks: readonly string[] } } | object,
): readonly string[] {
  if ("block" in part) return [part.block];
  return "list" in part ? part.list.blocks : [];
}

function blocksOf(subnet: Subnet): string[] {
  return [subnet.block, ...(subnet.ipv6 === undefined ? [] : [subnet.ipv6])];
}

/** An address somewhere in a block. */
function inside(block: string): string {
  return block.replace(/\.0\/\d+$/, ".33");
}

function toEach(from: End, addresses: readonly string[], port: number): Packet[] {
  return from.nodes.flatMap(({ namespace }) => addresses.map((address) => ({ namespace, address, port })));
}

function placeOf({ kind, name }: Host): string {
  if (kind === "function") return name;
  return kind === "interface-endpoint" ? `endpoint:${name}` : `resource:${name}`;
}
