/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { type Change, differenceOf } from "../../difference.js";
import type { Report } from "../../model.js";
import type { PageData } from "../data.js";
import { element } from "./dom.js";

/** Control that selects what a stack is compared with: a saved report, or another stack of the page. */
export function comparison(stack: HTMLElement, report: Report, { reports, compareTo }: PageData): void {
  const card = stack.querySelector<HTMLElement>("[data-difference]");
  const select = card?.querySelector<HTMLSelectElement>("[data-against]");
  const changes = card?.querySelector<HTMLElement>("[data-changes]");
  const others: (readonly [name: string, report: Report])[] = [
    ...[...(compareTo ?? [])]
      .sort((a, b) => Number(isOf(report, b)) - Number(isOf(report, a)))
      .map((saved) => [`saved report of ${saved.stack.name}`, saved] as const),
    ...reports
      .filter((other) => other !== report)
      .map((other) => [`stack ${other.stack.name}`, other] as const),
  ];
  if (!card || !select || !changes || others.length === 0) return;
  select.append(...others.map(([name], i) => element("option", { value: String(i) }, name)));
  const show = () => {
    const [, other] = others[Number(select.value)] ?? [];
    if (other !== undefined) changes.replaceChildren(...differenceParts(other, report));
  };
  select.addEventListener("change", show);
  card.hidden = false;
  show();
}

function isOf(report: Report, saved: Report): boolean {
  return saved.stack.name === report.stack.name;
}

function differenceParts(before: Report, after: Report): HTMLElement[] {
  const { proofs, figures, subnets, resources } = differenceOf(before, after);
  const parts = [
    part("Proofs", proofs),
    part("Figures", figures),
    part("Subnets", subnets),
    part("In the drawing", resources),
  ].flat();
  return parts.length > 0 ? parts : [element("p", {}, "Nothing differs.")];
}

const SIGNS = { added: "+", removed: "−", changed: "≠" } as const;

function part(heading: string, changes: readonly Change[]): HTMLElement[] {
  if (changes.length === 0) return [];
  return [element("h4", {}, heading), element("ul", { class: "changes" }, ...changes.map(line))];
}

function line({ kind, what, before, after }: Change): HTMLElement {
  const values = [
    ...(before === undefined ? [] : [element("del", {}, before)]),
    ...(after === undefined ? [] : [element("ins", {}, after)]),
  ];
  return element(
    "li",
    { class: kind },
    element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]),
    element("span", { class: "hidden" }, `${kind}: `),
    element("span", { class: "what" }, what),
    " ",
    element("span", { class: "values" }, ...values.flatMap((value, i) => (i === 0 ? [value] : [" ", value]))),
  );
}
