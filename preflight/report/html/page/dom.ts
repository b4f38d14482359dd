/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Child = Node | string;

/** Creates an element with text and children. Text never becomes markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function all(root: ParentNode, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

export function announce(text: string): void {
  const status = document.getElementById("status");
  if (status !== null) status.textContent = text;
}

export function isReduced(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
