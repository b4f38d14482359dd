import type { Report } from "../../model.js";
import { dataLossText, updateEntries, updateHead } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";

/** What the update would replace, delete and cut off; undefined if the report compares with nothing. */
export function update(report: Report, prefix: string): Markup | undefined {
  if (report.update === undefined) return undefined;
  const entries = updateEntries(report.update);
  const loss = dataLossText(report);
  return html`<section class="card" aria-labelledby="${prefix}-update">
<h3 id="${prefix}-update">What the update would do</h3>
<p>${updateHead(report.update)}</p>
${loss === undefined ? undefined : html`<p><strong>FAIL:</strong> ${loss}</p>`}
${
  entries.length === 0
    ? html`<p class="note">Nothing is replaced or deleted.</p>`
    : html`<ul class="steps">${entries.map(
        ({ label, text, lost }) =>
          html`<li><strong>${label}</strong> ${text}${
            lost.length === 0 ? undefined : html`<ul>${lost.map((what) => html`<li>${what}</li>`)}</ul>`
          }</li>`,
      )}</ul>`
}
${report.update.notes.map((note) => html`<p class="note">${note}</p>`)}
</section>`;
}
