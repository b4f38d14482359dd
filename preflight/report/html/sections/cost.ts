import { usd } from "../../../cost/money.js";
import type { CostAlternative, CostReport, UnusedReport } from "../../model.js";
import { unusedText } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { bar, section, table } from "./section.js";

export function cost(report: CostReport, prefix: string): Markup {
  const { fixedMonthly, perMillionRequests, monthly, pricedAs, pricedOn } = report;
  return section(
    prefix,
    "cost",
    "Cost",
    html`<dl class="figures">
<div><dt>fixed a month</dt><dd>${usd(fixedMonthly)}</dd></div>
<div><dt>per million requests</dt><dd>${usd(perMillionRequests)}</dd></div>
<div><dt>a month with the assumed usage</dt><dd>${usd(monthly)}</dd></div></dl>`,
    unused(report.unused),
    alternatives(report.alternatives),
    html`<details><summary>What it is made of</summary>${lines(report)}</details>`,
    html`<details><summary>Assumed usage</summary><p class="note">${usage(report.usage)}</p></details>`,
    html`<p class="note">Prices of ${pricedAs}, ${pricedOn}.${
      report.notPriced.length === 0
        ? ""
        : ` Not priced, so not in the totals: ${report.notPriced.join(", ")}.`
    }</p>`,
  );
}

function unused(all: readonly UnusedReport[]): Markup {
  if (all.length === 0) return html``;
  return html`<ul class="unused">${all.map((each) => html`<li><strong>unused:</strong> ${unusedText(each)}</li>\n`)}</ul>`;
}

function alternatives(all: readonly CostAlternative[]): Markup {
  if (all.length === 0) return html``;
  const most = Math.max(...all.map(({ monthly }) => monthly));
  return html`<h4>The same workload another way</h4>
<ul class="alternatives">${all.map(({ name, fixedMonthly, monthly, isCurrent, broken }) => {
    const kind = broken === undefined ? (isCurrent ? "current" : "") : "broken";
    return html`<li class="${kind}"><span class="name">${name}${isCurrent ? html` <strong>this stack</strong>` : undefined}</span>
<span class="amount">${usd(monthly)}<span class="note"> with ${usd(fixedMonthly)} fixed</span></span>
${bar(monthly, most, kind)}
${broken === undefined ? undefined : html`<span class="reason"><strong>✕ does not work:</strong> ${broken}</span>`}</li>\n`;
  })}</ul>`;
}

function lines({ lines }: CostReport): Markup {
  const rows = [...lines]
    .sort((a, b) => b.monthly - a.monthly)
    .map(({ resource, what, fixedMonthly, perMillionRequests, monthly }) => [
      html`${resource === undefined ? undefined : html`<span class="resource">${resource.name}</span> `}<span class="type">${what}</span>`,
      usd(fixedMonthly),
      usd(perMillionRequests),
      usd(monthly),
    ]);
  return table("Cost by resource", ["resource", "#fixed", "#per million", "#a month"], rows);
}

function usage(values: CostReport["usage"]): string {
  const parts = Object.entries(values).map(
    ([name, value]) =>
      `${inWords(name)} ${typeof value === "number" ? value.toLocaleString("en-US") : value}`,
  );
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** Converts `requestsPerMonth` to `requests per month`. */
function inWords(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
