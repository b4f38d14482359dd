/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ProofReport, Report } from "../../model.js";
import { outcome } from "../../text/wording.js";
import { trailOf } from "../places.js";
import { all, announce } from "./dom.js";
import { light } from "./drawing.js";

/** Makes a stack's proofs selectable, one at a time: by pointer, Enter and Space, and by arrow keys between them. */
export function proofsOf(stack: HTMLElement, report: Report): void {
  const buttons = all(stack, "button[data-proof]");
  const details = all(stack, "[data-details]");
  const hint = stack.querySelector<HTMLElement>(".hint");

  const choose = (chosen: HTMLElement | undefined) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
    for (const each of details) each.hidden = each.dataset.details !== chosen?.dataset.proof;
    if (hint !== null) hint.hidden = chosen !== undefined;
    const proof = chosen === undefined ? undefined : report.proofs[Number(chosen.dataset.proof)];
    light(stack, proof && trailOf(report.topology, proof), proof === undefined ? "" : outcome(proof));
    announce(proof === undefined ? "No proof chosen" : spoken(proof));
  };

  choose(undefined);
  announce("");
  for (const [i, button] of buttons.entries()) {
    button.addEventListener("click", () =>
      choose(button.getAttribute("aria-pressed") === "true" ? undefined : button),
    );
    button.addEventListener("keydown", (event) => {
      const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (event.key === "Escape") choose(undefined);
      const target = to === undefined ? undefined : buttons[to];
      if (target === undefined) return;
      event.preventDefault();
      target.focus();
    });
  }
}

function spoken({ verdict, from, to }: ProofReport): string {
  const count = verdict.path.length === 1 ? "1 hop" : `${verdict.path.length} hops`;
  const start = `${from} to ${to}: `;
  if (verdict.status === "reachable") return `${start}reached in ${count}, shown in the drawing`;
  return verdict.status === "blocked"
    ? `${start}blocked at ${verdict.at.name} after ${count}, marked in the drawing`
    : `${start}not known: ${verdict.reason}`;
}
