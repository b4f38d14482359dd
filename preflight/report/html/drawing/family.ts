import type { Topology, TopologyKind, TopologyNode } from "../../model.js";

const CONTAINERS: readonly TopologyKind[] = ["region", "vpc", "zone", "subnet"];
const LEFT_EDGE: readonly TopologyKind[] = ["internet-gateway", "egress-only-internet-gateway"];

export function isContainer({ kind }: TopologyNode): boolean {
  return CONTAINERS.includes(kind);
}

/** Border of the VPC that a gateway is drawn on: left for the internet's, right for AWS's services. */
export function edgeOf({ kind }: TopologyNode): "left" | "right" | undefined {
  if (LEFT_EDGE.includes(kind)) return "left";
  return kind === "gateway-endpoint" ? "right" : undefined;
}

/** Parents and children of the nodes. A parent that is not drawn, or a cycle of parents, counts as no parent. */
export class Family {
  readonly #byId: ReadonlyMap<string, TopologyNode>;
  readonly #children = new Map<string | undefined, TopologyNode[]>();

  constructor({ nodes }: Topology) {
    this.#byId = new Map(nodes.map((node) => [node.id, node]));
    for (const node of this.#byId.values()) {
      const parent = this.parentOf(node)?.id;
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [node]);
      else siblings.push(node);
    }
  }

  childrenOf(parent: TopologyNode | undefined): readonly TopologyNode[] {
    return this.#children.get(parent?.id) ?? [];
  }

  /** A node and the boxes around it, the innermost first. */
  lineage(id: string): readonly TopologyNode[] {
    const line: TopologyNode[] = [];
    for (let at = this.#byId.get(id); at !== undefined; at = this.parentOf(at)) line.push(at);
    return line;
  }

  parentOf(node: TopologyNode): TopologyNode | undefined {
    const seen = new Set([node.id]);
    for (let at = this.#parent(node); at !== undefined; at = this.#parent(at)) {
      if (seen.has(at.id)) return undefined;
      seen.add(at.id);
    }
    return this.#parent(node);
  }

  #parent({ parent }: TopologyNode): TopologyNode | undefined {
    const found = parent === undefined ? undefined : this.#byId.get(parent);
    return found !== undefined && isContainer(found) ? found : undefined;
  }
}
