import { words } from "../../../resources/terms.js";
import type { Topology, TopologyNode } from "../../model.js";
import { Family } from "../drawing/family.js";
import { html, type Markup } from "../escape.js";

/** The drawing as text: the content of each box, and the label of each line. */
export function topologyText(topology: Topology): Markup {
  const family = new Family(topology);
  const names = new Map(topology.nodes.map((node) => [node.id, nameOf(family, node)]));
  return html`<details class="in-words"><summary>The drawing in words</summary>
${nested(family, undefined)}
<h4>Lines</h4>
<ul>${topology.edges.map(
    ({ from, to, label }) =>
      html`<li>${names.get(from) ?? from} → ${names.get(to) ?? to}${label === undefined ? "" : `: ${label}`}</li>\n`,
  )}</ul></details>`;
}

function nested(family: Family, parent: TopologyNode | undefined): Markup | undefined {
  const children = family.childrenOf(parent);
  if (children.length === 0) return undefined;
  return html`<ul>${children.map(
    (node) =>
      html`<li>${node.label} <span class="type">${[words(node.kind), node.tier, node.detail]
        .filter((part) => part !== undefined && part !== "")
        .join(", ")}</span>${nested(family, node)}</li>\n`,
  )}</ul>`;
}

/** Name of a node. A node that is in several subnets has the subnet in its name. */
function nameOf(family: Family, node: TopologyNode): string {
  const parent = family.parentOf(node);
  return parent?.kind === "subnet" ? `${node.label} in ${parent.label}` : node.label;
}
