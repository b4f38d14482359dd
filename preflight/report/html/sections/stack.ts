import type { Report } from "../../model.js";
import {
  assumedTexts,
  byHandTexts,
  counted,
  coverageText,
  DECLARE_INTENTS,
  openTexts,
  orderFailure,
  pinsText,
} from "../../text/wording.js";
import { draw } from "../drawing/draw.js";
import { html, type Markup } from "../escape.js";
import { call } from "./call.js";
import { capacity } from "./capacity.js";
import { cost } from "./cost.js";
import { order } from "./order.js";
import { permissions } from "./permissions.js";
import { proofDetails, proofList } from "./proofs.js";
import { quotas } from "./quotas.js";
import { badge, section } from "./section.js";
import { topologyText } from "./topology-text.js";
import { update } from "./update.js";

const SOURCES = {
  synthesis: "built in memory from the stack's file",
  preview: "as the engine would deploy it",
  deployed: "as it is deployed",
} as const;

/** All sections of one stack. `i` is its index among the page's reports. */
export function stack(report: Report, i: number): Markup {
  const prefix = `stack-${i}`;
  const { name } = report.stack;
  return html`<section class="stack" id="${prefix}" data-stack="${i}" aria-labelledby="${prefix}-name">
${headline(report, prefix)}
<div class="board">
${section(prefix, "proofs", "Proofs", proofList(report.proofs, prefix))}
<div class="picture">
<section class="card drawing-card" aria-labelledby="${prefix}-topology">
<div class="card-head"><h3 id="${prefix}-topology">Topology</h3>${legend()}</div>
<div class="scroller" tabindex="0" role="region" aria-label="Drawing of ${name}, scrolls sideways">${draw(report.topology, name, `${prefix}-drawing`)}</div>
${topologyText(report.topology)}
</section>
<section class="card" id="${prefix}-details" aria-labelledby="${prefix}-details-name">
<h3 id="${prefix}-details-name">Hop by hop</h3>
<p class="hint">Choose a proof: its path lights up in the drawing and is told here hop by hop.</p>
${report.proofs.map(proofDetails)}
</section>
</div>
</div>
<div class="cards">
${cost(report.cost, prefix)}
${capacity(report.capacity, prefix)}
<div class="column">
${order(report.order, prefix)}
${quotas(report.quotas, prefix)}
${permissions(report.permissions, prefix)}
${report.call === undefined ? undefined : call(report.call, prefix)}
</div>
</div>
${update(report, prefix)}
${comparison(prefix)}
</section>\n`;
}

function headline(report: Report, prefix: string): Markup {
  const { stack, proofs, coverage } = report;
  const hold = proofs.filter(({ ok }) => ok).length;
  const failed = proofs.filter(({ ok, verdict }) => !ok && verdict.status !== "unknown").length;
  const unknown = proofs.length - hold - failed;
  const nothing = proofs.length === 0;
  const early = orderFailure([report]);
  const state = failed > 0 || early !== undefined ? "FAIL" : unknown > 0 || nothing ? "UNKNOWN" : "ok";
  const rest = [
    failed > 0 ? `${failed} failed` : "",
    unknown > 0 ? `${unknown} not known` : "",
    early ?? "",
  ].filter(Boolean);
  return html`<div class="headline ${state}">
<div><h2 id="${prefix}-name">${stack.name}</h2>
<p>${stack.region} · ${stack.summary}</p>
<p class="note">${counted(stack.resources, "resource")}, ${SOURCES[stack.source]}</p>
<p class="note">${coverageText(coverage)}</p>
${pins(report)}
${assumed(report)}
${byHand(report)}
${open(report)}</div>
<p class="verdict">${badge(state)} <span>${
    nothing
      ? html`<strong>Nothing proved</strong><span class="note">${DECLARE_INTENTS}</span>`
      : html`<strong>${hold} of ${proofs.length}</strong> proofs hold`
  }${rest.length === 0 ? "" : html`<span class="note">${rest.join(", ")}</span>`}</span></p></div>`;
}

function pins(report: Report): Markup | undefined {
  const text = pinsText(report);
  return text === undefined ? undefined : html`<p class="note">Pinned: ${text}</p>`;
}

function assumed(report: Report): Markup | undefined {
  const texts = assumedTexts(report);
  if (texts.length === 0) return undefined;
  return html`${texts.map((text) => html`<p class="note">Assumed ${text}</p>`)}`;
}

function byHand(report: Report): Markup | undefined {
  const texts = byHandTexts(report);
  if (texts.length === 0) return undefined;
  return html`<p class="note">Changed by hand, or not refreshed: ${texts.join("; ")}</p>`;
}

/** Warnings about methods that everybody may call, and those that are meant. */
function open(report: Report): Markup | undefined {
  const texts = openTexts(report);
  if (texts.length === 0) return undefined;
  return html`${texts.map(({ isMeant, text }) =>
    isMeant
      ? html`<p class="note">Open: ${text}</p>`
      : html`<p class="note"><strong>Warning:</strong> ${text}</p>`,
  )}`;
}

/** Filled by the page's script. Hidden if there is nothing to compare with. */
function comparison(prefix: string): Markup {
  return html`<section class="card difference" aria-labelledby="${prefix}-difference" data-difference hidden>
<h3 id="${prefix}-difference">Difference</h3>
<p><label for="${prefix}-against">Compared with</label> <select id="${prefix}-against" data-against></select></p>
<div data-changes></div>
</section>`;
}

function legend(): Markup {
  const item = (kind: string, text: string, drawn: Markup) =>
    html`<li class="${kind}"><svg viewBox="0 0 28 14" aria-hidden="true">${drawn}</svg>${text}</li>`;
  const arrow = html`<path d="M0 7H20"/><path class="head" d="M27 7l-8-4v8z"/>`;
  const sign = html`<path class="plate" d="M11 1h6l4 3.5v5L17 13h-6L7 9.5v-5z"/><path d="m11.5 4.5 5 5m0-5-5 5"/>`;
  return html`<ul class="legend" aria-label="Lines and signs">
${item("call", "call", arrow)}${item("route", "route", arrow)}${item("lit", "chosen path", arrow)}${item("stop", "blocked here", sign)}</ul>`;
}
