import type { Topology } from "../../model.js";
import { html, type Markup } from "../escape.js";
import { isContainer } from "./family.js";
import { type Box, n } from "./geometry.js";
import { iconOf } from "./icons.js";
import { layoutOf } from "./layout.js";
import { type Line, linesOf } from "./lines.js";

/** Draws the topology as inline SVG. The page's script finds the parts by `data-id`, `data-from` and `data-to`. */
export function draw(topology: Topology, name: string, idPrefix: string): Markup {
  const layout = layoutOf(topology);
  const { width, height, boxes } = layout;
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const containers = boxes.filter(({ node }) => isContainer(node));
  const nodes = boxes.filter(({ node }) => !isContainer(node));
  return html`<svg class="drawing" role="img" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}"
 aria-labelledby="${idPrefix}-title" aria-describedby="${idPrefix}-desc">
<title id="${idPrefix}-title">Topology of ${name}</title>
<desc id="${idPrefix}-desc">${nodes.length} nodes in ${containers.length} boxes. The same is told in words below the drawing.</desc>
${containers.map(container)}
<g class="lines">${linesOf(layout).map(line)}</g>
${nodes.map(leaf)}
<g class="overlay"></g>
</svg>`;
}

function container({ node, x, y, width, height }: Box): Markup {
  const { id, kind, tier, label, detail } = node;
  const isSmall = kind === "zone";
  return html`<g class="box ${kind} ${tier ?? ""}" data-id="${id}" data-name="${label}">
<title>${title(node)}</title>
<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${isSmall ? 6 : 8}"/>
<text x="${n(x + 12)}" y="${n(y + (isSmall ? 18 : 17))}">${fitted(headline(kind, label), width - 24, LABEL)}</text>
${detailText(detail ?? (tier && `${tier} subnet`), tier, x + 12, y + 32, width - 24)}
</g>\n`;
}

function headline(kind: string, label: string): string {
  if (kind === "vpc") return `VPC ${label}`;
  return kind === "region" ? `Region ${label}` : label;
}

function detailText(
  detail: string | undefined,
  tier: string | undefined,
  x: number,
  y: number,
  room: number,
): Markup | undefined {
  if (detail === undefined || detail === "") return undefined;
  const text = tier === undefined || detail.startsWith(tier) ? detail : `${tier}, ${detail}`;
  return html`<text class="detail" x="${n(x)}" y="${n(y)}">${fitted(text, room, DETAIL)}</text>`;
}

function leaf({ node, x, y, width, height }: Box): Markup {
  const { id, kind, label, detail } = node;
  const room = width - 44;
  return html`<g class="node ${kind}" data-id="${id}" data-name="${label}">
<title>${title(node)}</title>
<rect class="face" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="7"/>
<rect class="tile" x="${n(x + 8)}" y="${n(y + 9)}" width="26" height="26" rx="6"/>
<path class="icon" transform="translate(${n(x + 11)} ${n(y + 12)})" d="${iconOf(kind)}"/>
<text x="${n(x + 41)}" y="${n(y + (detail === undefined ? 26 : 19))}">${fitted(label, room, LABEL)}</text>
${detail === undefined ? undefined : html`<text class="detail" x="${n(x + 41)}" y="${n(y + 34)}">${fitted(detail, room, DETAIL)}</text>`}
</g>\n`;
}

function line({ edge, path, end, arrives }: Line): Markup {
  const kind = edge.label?.startsWith("route") ? "route" : "call";
  return html`<g class="line ${kind}" data-from="${edge.from}" data-to="${edge.to}">
<path d="${path}"/><path class="head" d="${head(end, arrives)}"/></g>`;
}

function head({ x, y }: { x: number; y: number }, arrives: Line["arrives"]): string {
  const [dx, dy] = { left: [1, 0], right: [-1, 0], up: [0, 1], down: [0, -1] }[arrives];
  const [bx, by] = [x + 8 * (dx ?? 0), y + 8 * (dy ?? 0)];
  const [px, py] = [4 * (dy ?? 0), 4 * (dx ?? 0)];
  return `M${n(x)} ${n(y)}L${n(bx + px)} ${n(by + py)}L${n(bx - px)} ${n(by - py)}Z`;
}

function title({ label, detail }: { label: string; detail?: string }): string {
  return detail === undefined ? label : `${label}: ${detail}`;
}

/** Width of a character in a narrow and in a wide font. Both are needed because the reader's font is unknown. */
const LABEL = { narrow: 6.3, wide: 7.8 };
const DETAIL = { narrow: 5.2, wide: 6.6 };

/** Shortens a text in the middle, because names differ at their ends. Squeezes it if a wide font would not fit. */
function fitted(text: string, room: number, { narrow, wide }: typeof LABEL): Markup {
  const characters = [...text];
  const most = Math.max(4, Math.floor(room / narrow));
  const end = Math.floor((most - 1) / 2);
  const isShort = characters.length <= most;
  const shown = isShort
    ? text
    : `${characters.slice(0, most - 1 - end).join("")}…${characters.slice(-end).join("")}`;
  const length = Math.min(characters.length, most);
  if (length * wide <= room) return html`${shown}`;
  const width = Math.min(room, length * narrow);
  return html`<tspan textLength="${n(width)}" lengthAdjust="spacingAndGlyphs">${shown}</tspan>`;
}
