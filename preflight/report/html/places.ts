import type { HopReport, ProofReport, Topology, TopologyEdge, TopologyNode } from "../model.js";

/** What a proof looks like in the drawing: ids of nodes, in the order of the path, and the lines between them. */
export interface Trail {
  readonly nodes: readonly string[];
  /** For each hop the nodes that stand for it, so that the drawing can number them. */
  readonly hops: readonly (readonly string[])[];
  readonly edges: readonly TopologyEdge[];
  /** Where it is blocked, or what is not known. */
  readonly stops: readonly string[];
  /** Start and end of a call that no line of the drawing shows, since it is stopped before it takes one. */
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
  // A packet that is stopped by something that has no place got as far as the last hop that has one.
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

/** A hop with no place of its own is shown where the packet was last. */
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

/** Finds the nodes that stand for a resource, whether or not it has one of its own. */
class Places {
  readonly #nodes: readonly TopologyNode[];

  constructor(nodes: readonly TopologyNode[]) {
    this.#nodes = nodes;
  }

  of({ urn, name }: Ref): string[] {
    const own = this.#withUrn(urn);
    if (own.length > 0) return own;
    // What AWS makes along with a VPC, such as its default network ACL, is a part of it.
    const part = urn.startsWith("urn:") ? this.#withUrn(urn.split("#")[0] ?? urn) : [];
    return part.length > 0 ? part : this.#sibling(urn, name);
  }

  /** As a person names a place: by its label, or by that of the component that it is the main part of. */
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

  /** A proof names a peer by its connection, and starts or ends on the connection's other side. */
  #peers(name: string): string[] {
    const connections = this.#ids(({ kind, label }) => kind === "peering" && label === name);
    return this.#ids(({ id }) => connections.some((connection) => id === `#peer:${connection}`));
  }

  /** A function's own node before its network interfaces: what arrives at a function does not pass those. */
  #withUrn(urn: string): string[] {
    const own = this.#ids(({ id }) => id === urn || id === `#${urn}`);
    return own.length > 0 || urn === "" ? own : this.#ids(({ id }) => id.startsWith(`${urn}#`));
  }

  /**
   * Security groups, route tables and roles have no box. Their namesake in the same component is what they belong
   * to; failing that, the one whose name has the most in common with theirs.
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

/** The types of a resource's parents: `…$` before its own type in the URN; undefined outside any component. */
function componentOf(urn: string): string | undefined {
  const types = urn.split("::")[2] ?? "";
  const end = types.lastIndexOf("$");
  return end < 0 ? undefined : types.slice(0, end);
}

/** How many whole words, divided by hyphens, two names begin with alike. */
function sharedStart(a: string, b: string): number {
  const [left, right] = [a.split("-"), b.split("-")];
  const differs = left.findIndex((word, i) => word !== right[i]);
  return differs < 0 ? left.length : differs;
}
