import type { ResourceRef } from "../../../graph/model.js";
import { words } from "../../../resources/terms.js";
import type { HopReport, ProofReport, VerdictReport } from "../../model.js";
import { destinationText, originText, outcome, shortReason } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { badge } from "./section.js";

/** The proofs as buttons, failed ones first, each with the id of its details. */
export function proofList(proofs: readonly ProofReport[], prefix: string): Markup {
  const groups = [
    ["must reach", proofs.filter(({ must }) => must === "reach")],
    ["must not reach", proofs.filter(({ must }) => must === "not-reach")],
  ] as const;
  return html`<div class="proof-list" data-proofs>
${groups.map(([heading, group], g) =>
  group.length === 0
    ? undefined
    : html`<h4 id="${prefix}-group-${g}">${heading}</h4>
<ul aria-labelledby="${prefix}-group-${g}">${failedFirst(group).map((proof) => {
        const i = proofs.indexOf(proof);
        return html`<li><button type="button" class="proof ${outcome(proof)}" aria-pressed="false"
 aria-controls="${prefix}-details" data-proof="${i}">${badge(outcome(proof))}<span class="what"><span class="ends">${proof.from} <span class="arrow" aria-hidden="true">→</span><span class="hidden"> ${heading} </span> ${destinationText(proof, proofs)}</span>
<span class="way">${summaryOf(proof)}${proof.pinnedIn === undefined ? undefined : html`, <strong class="pin">pinned</strong>`}</span></span></button></li>\n`;
      })}</ul>`,
)}</div>`;
}

function failedFirst(proofs: readonly ProofReport[]): ProofReport[] {
  return [...proofs].sort((a, b) => Number(a.ok) - Number(b.ok));
}

function summaryOf(proof: ProofReport): string {
  const { verdict } = proof;
  if (verdict.status === "blocked") return `blocked at ${verdict.at.name}`;
  return verdict.status === "unknown" ? "not known" : shortReason(proof);
}

/** All details of one proof. The page shows those of the selected proof, and prints all. */
export function proofDetails(proof: ProofReport, i: number, all: readonly ProofReport[]): Markup {
  const to = destinationText(proof, all, false);
  const { from, port, must, via, reason, verdict } = proof;
  const origin = originText(proof);
  const by = via === undefined ? "" : ` by ${words(via)}`;
  return html`<article class="details" data-details="${i}">
<h4>${badge(outcome(proof))} ${from} ${must === "reach" ? "must reach" : "must not reach"} ${to}</h4>
<p class="why">Port ${port}${by}. Why: ${reason}.${origin === "" ? undefined : html` <strong class="pin">${capital(origin)}</strong>.`}</p>
${path(verdict.path)}
${conclusion(proof)}
</article>\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function path(hops: readonly HopReport[]): Markup | undefined {
  if (hops.length === 0) return undefined;
  return html`<ol class="hops">${hops.map(
    ({ at, by, text }) =>
      html`<li><span class="at">${named(at)}</span> <span class="text">${text}</span>${
        by === undefined || by.urn === at.urn ? undefined : html` <span class="by">by ${named(by)}</span>`
      }</li>\n`,
  )}</ol>`;
}

function named({ name, type }: ResourceRef): Markup {
  const [, kind] = /:([A-Za-z]+)$/.exec(type) ?? [];
  return html`<span class="resource">${name}</span>${kind === undefined ? undefined : html` <span class="type">${kind}</span>`}`;
}

function conclusion({ ok, verdict, failure }: ProofReport): Markup {
  return html`<div class="end ${ok ? "ok" : verdict.status === "unknown" ? "UNKNOWN" : "FAIL"}">
<p>${result(verdict)}</p>
${failure === undefined ? undefined : failed(failure, verdict)}</div>`;
}

function result(verdict: VerdictReport): Markup {
  switch (verdict.status) {
    case "reachable":
      return html`<strong>Reached</strong> by ${words(verdict.via)}${
        verdict.name === undefined ? "" : html`, as <code>${verdict.name}</code>`
      }.`;
    case "blocked":
      return html`<strong>Blocked</strong> at ${named(verdict.at)}${
        verdict.by === undefined ? "" : html`, by ${named(verdict.by)}`
      }: ${verdict.reason}. <code class="code">${verdict.code}</code>`;
    case "unknown":
      return html`<strong>Not known:</strong> ${verdict.reason}. Missing: ${verdict.missing
        .map(({ name }) => name)
        .join(", ")}. What is unknown proves nothing.`;
  }
}

function failed({ reason, fix }: NonNullable<ProofReport["failure"]>, verdict: VerdictReport): Markup {
  // A blocked verdict contains its reason. A path that is open, or the wrong one, needs the reason here.
  const failure = verdict.status === "reachable" ? html`<p><strong>Fails:</strong> ${reason}</p>` : undefined;
  return html`${failure}<p class="fix"><strong>Fix:</strong> ${fix}</p>`;
}
