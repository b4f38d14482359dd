import { html, type Markup } from "../escape.js";

type Rows = readonly (readonly (Markup | string)[])[];

/** A card with a heading as its name. `prefix` keeps the ids of several stacks apart. */
export function section(
  prefix: string,
  name: string,
  heading: string,
  ...content: readonly Markup[]
): Markup {
  return html`<section class="card ${name}" aria-labelledby="${prefix}-${name}">
<h3 id="${prefix}-${name}">${heading}</h3>
${content}
</section>\n`;
}

/** A table. Columns whose head begins with `#` hold numbers. The first cell of a row is the row's name. */
export function table(caption: string, heads: readonly string[], rows: Rows): Markup {
  const numeric = heads.map((head) => head.startsWith("#"));
  const classOf = (i: number) => (numeric[i] === true ? html` class="number"` : undefined);
  return html`<div class="scroller" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head, i) => html`<th scope="col"${classOf(i)}>${head.replace("#", "")}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, i) =>
        i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${classOf(i)}>${cell}</td>`,
      )}</tr>\n`,
  )}</tbody></table></div>`;
}

/** A bar of `part` out of `whole`. Hidden from screen readers, because its figures are next to it. */
export function bar(part: number, whole: number, kind = ""): Markup {
  const share = whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
  const width = share > 0 ? Math.max(1, share * 100) : 0;
  return html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
<rect class="all" width="100" height="8"/><rect class="part" width="${width.toFixed(2)}" height="8"/></svg>`;
}

export function list(items: readonly string[]): Markup {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** An outcome as shape and word. Colour only repeats them. */
export function badge(outcome: "ok" | "FAIL" | "UNKNOWN"): Markup {
  const shape = {
    ok: "M5 10.5 8.5 14 15 6.5",
    FAIL: "M6 6l8 8M14 6l-8 8",
    UNKNOWN: "M7 7.5c0-4 6-4 6-.5 0 2.5-3 2.5-3 5M10 15v.5",
  }[outcome];
  return html`<span class="badge ${outcome}"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="${shape}"/></svg>${outcome}</span>`;
}

/** A source, as a link if it is an address. The page loads nothing from it. */
export function source(text: string): Markup {
  return text.startsWith("https://")
    ? html`<a href="${text}" rel="noreferrer">source</a>`
    : html`<span class="type">${text}</span>`;
}
