/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { all } from "./dom.js";

/** Turns the links to the stacks into tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
export function tabs(stacks: readonly HTMLElement[]): void {
  const nav = document.querySelector<HTMLElement>("[data-tabs]");
  if (nav === null) return;
  const links = all(nav, "[data-tab]");
  const list = nav.ownerDocument.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", nav.getAttribute("aria-label") ?? "");
  list.className = "tabs";
  list.append(...links);
  nav.replaceWith(list);

  const show = (chosen: number) => {
    for (const [i, link] of links.entries()) {
      link.setAttribute("aria-selected", String(i === chosen));
      link.tabIndex = i === chosen ? 0 : -1;
      stacks[i]?.classList.toggle("is-away", i !== chosen);
    }
  };
  for (const [i, link] of links.entries()) {
    const stack = stacks[i];
    link.id = `tab-${i}`;
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", stack?.id ?? "");
    stack?.setAttribute("role", "tabpanel");
    stack?.setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(i);
    });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, " ": 0 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const to = (i + step + links.length) % links.length;
      show(to);
      links[to]?.focus();
    });
  }
  const asked = stacks.findIndex(({ id }) => `#${id}` === location.hash);
  show(Math.max(0, asked));
}
