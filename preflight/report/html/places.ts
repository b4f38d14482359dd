import type { HopReport, ProofReport, Topology, TopologyEdge, TopologyNode } from "../model.js";

/** Path of a proof in the drawing: ids of the nodes in the order of the path, and the lines between them. */
export interface Trail {
  readonly nodes: readonly string[];
  /** Nodes of each hop, so that the drawing can number them. */
  readonly hops: readonly (readonly string[])[];
  readonly edges: readonly TopologyEdge[];
  /** Nodes that block the packet, or that are unknown. */
  readonly stops: readonly string[];
  /** Start and end of a call without a line in the drawing, because it is blocked before the first line. */
  readonly attempt?: { readonly from: string; readonly to: string };
}

export function trailOf({ nodes, edges }: Topology, proof: ProofReport): Trail {
  const places = new Places(nodes);
  const { verdict } = proof;
  const start = places.named(proof.from);
  const end = verdict.status === "reachable" ? places.named(proof.to) : [];
  const hops = hopPlaces(places, verdict.path, start);
  const stops =
    verdict.status === "reachable"
      ? []
      : (verdict.status === "blocked" ? [verdict.at] : verdict.missing).flatMap((ref) => places.of(ref));
  // If the blocker is not drawn, the packet got as far as the last hop that is drawn.
  const reached = [...hops].reverse().find((hop) => hop.length > 0) ?? start;
  const marked = verdict.status === "reachable" || stops.length > 0 ? stops : reached;
  const lit = [...new Set([...start, ...hops.flat(), ...end, ...marked])];
  const isLit = new Set(lit);
  const shown = edges.filter(({ from, to }) => isLit.has(from) && isLit.has(to));
  const [from] = start;
  const [to] = marked;
  const isLinked = shown.some((edge) => marked.includes(edge.to) || marked.includes(edge.from));
  const attempt =
    from !== undefined && to !== undefined && from !== to && !isLinked ? { from, to } : undefined;
  return { nodes: lit, hops, edges: shown, stops: marked, attempt };
}

/** Nodes of each hop. A hop that is not drawn has the nodes of the hop before it. */
function hopPlaces(places: Places, path: readonly HopReport[], start: readonly string[]): string[][] {
  let last = [...start];
  return path.map(({ at, by }) => {
    const own = places.of(at);
    const found = own.length > 0 || by === undefined ? own : places.of(by);
    if (found.length > 0) last = found;
    return found.length > 0 ? found : last;
  });
}

interface Ref {
  readonly urn: string;
  readonly name: string;
}

/** Finds the nodes of a resource, even if it has no node. */
class Places {
  readonly #nodes: readonly TopologyNode[];

  constructor(nodes: readonly TopologyNode[]) {
    this.#nodes = nodes;
  }

  of({ urn, name }: Ref): string[] {
    const own = this.#withUrn(urn);
    if (own.length > 0) return own;
    // A resource that AWS creates with a VPC, such as its default network ACL, is part of the VPC's node.
    const part = urn.startsWith("urn:") ? this.#withUrn(urn.split("#")[0] ?? urn) : [];
    return part.length > 0 ? part : this.#sibling(urn, name);
  }

  /** Nodes with a name from the proofs: the name is their label, or that of the component they are the main part of. */
  named(name: string): string[] {
    const peers = this.#peers(name);
    if (peers.length > 0) return peers;
    const byLabel = this.#ids(
      ({ id, label }) => label === name || id === `#${name}` || id === `#service:${name}`,
    );
    if (byLabel.length > 0) return byLabel;
    if (/^[A-Z]+ \//.test(name)) return this.#ids(({ kind }) => kind === "api");
    const tier = /^(public|private|isolated) subnets$/.exec(name)?.[1];
    if (tier !== undefined) return this.#ids((node) => node.kind === "subnet" && node.tier === tier);
    return this.#ids(({ kind, label }) => kind === "function" && label.startsWith(`${name}-`));
  }

  /** A proof names a peer by its peering connection. Its nodes are those on the other side of the connection. */
  #peers(name: string): string[] {
    const connections = this.#ids(({ kind, label }) => kind === "peering" && label === name);
    return this.#ids(({ id }) => connections.some((connection) => id === `#peer:${connection}`));
  }

  /** The node of a URN or, if it has none, its network interfaces: a call to a function does not pass the latter. */
  #withUrn(urn: string): string[] {
    const own = this.#ids(({ id }) => id === urn || id === `#${urn}`);
    return own.length > 0 || urn === "" ? own : this.#ids(({ id }) => id.startsWith(`${urn}#`));
  }

  /**
   * Nodes that stand for a security group, a route table or a role, because these have no box: those of the same name
   * in the same component. If there are none, those whose name begins with the most common words.
   */
  #sibling(urn: string, name: string): string[] {
    const component = componentOf(urn);
    if (component === undefined) return [];
    const same = this.#nodes.filter(({ id }) => componentOf(id.split("#")[0] ?? "") === component);
    const namesakes = same.filter(({ label }) => label === name);
    if (namesakes.length > 0) return namesakes.map(({ id }) => id);
    const common = same.map(({ id, label }) => ({ id, length: sharedStart(label, name) }));
    const most = Math.max(1, ...common.map(({ length }) => length));
    return common.filter(({ length }) => length === most).map(({ id }) => id);
  }

  #ids(matches: (node: TopologyNode) => boolean): string[] {
    return this.#nodes.filter(matches).map(({ id }) => id);
  }
}

/** Parent types in a URN: the part up to the last `$`. Undefined for a resource outside any component. */
function componentOf(urn: string): string | undefined {
  const types = urn.split("::")[2] ?? "";
  const end = types.lastIndexOf("$");
  return end < 0 ? undefined : types.slice(0, end);
}

/** Number of words, separated by hyphens, that two names have in common at the start. */
function sharedStart(a: string, b: string): number {
  const [left, right] = [a.split("-"), b.split("-")];
  const differs = left.findIndex((word, i) => word !== right[i]);
  return differs < 0 ? left.length : differs;
}
