/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { PageData } from "../data.js";
import { comparison } from "./comparison.js";
import { all } from "./dom.js";
import { keepLegible } from "./drawing.js";
import { proofsOf } from "./proofs.js";
import { tabs } from "./tabs.js";

/** The page's own data. The program that writes this script writes it too. */
function pageData(): PageData {
  return JSON.parse(document.getElementById("data")?.textContent ?? "");
}

const data = pageData();
const stacks = all(document, "[data-stack]");
for (const [i, stack] of stacks.entries()) {
  const report = data.reports[i];
  if (report === undefined) continue;
  keepLegible(stack);
  proofsOf(stack, report);
  comparison(stack, report, data);
}
tabs(stacks);
document.documentElement.classList.add("is-live");
