import type { QuotaReport } from "../../model.js";
import { whole } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { badge, bar, section, source as sourceLink, table } from "./section.js";

/** AWS's limits that the stack is over or near, as a table; nothing if there is none. */
export function quotas(all: readonly QuotaReport[], prefix: string): Markup {
  const shown = all.filter(({ state }) => state !== "ok");
  if (shown.length === 0) return html``;
  const rows = shown.map(({ what, of, used, limit, most, adjustable, state, page }) => [
    html`${what}${of === undefined ? undefined : html` <span class="resource">${of.name}</span>`} ${sourceLink(page)}`,
    html`${state === "refused" ? badge("FAIL") : html`<span class="type">${state} </span>`}${bar(used, limit, state === "near" ? "" : "broken")}`,
    whole(used),
    whole(limit),
    adjustable ? (most === undefined ? "if you ask" : `to ${whole(most)} at most`) : "never",
  ]);
  return section(
    prefix,
    "quotas",
    "Quotas",
    html`<p>Limits of AWS on numbers and sizes. The stack's own share, without what else the account has.</p>`,
    table("Quotas", ["limit", "in use", "#used", "#default", "AWS raises it"], rows),
  );
}
