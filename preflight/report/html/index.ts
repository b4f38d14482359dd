import type { Report } from "../model.js";
import { failedProofs, orderFailure, provesNothing, refusalText } from "../text/wording.js";
import { hashOf, pageScript, pageStyle } from "./bundle.js";
import type { PageData } from "./data.js";
import { html, jsonMarkup, Markup } from "./escape.js";
import { stack } from "./sections/stack.js";

export interface HtmlOptions {
  /** Earlier reports. The page shows how each stack differs from its own, or from another. */
  readonly compareTo?: readonly Report[];
}

/** Renders one self-contained page about all the stacks. It sends no request. */
export function renderHtml(reports: readonly Report[], options: HtmlOptions = {}): string {
  // The page has no use for what a later run compares with.
  const withoutResources = ({ resources, ...report }: Report): Report => report;
  const { compareTo } = options;
  const data: PageData = {
    reports: reports.map(withoutResources),
    compareTo: compareTo?.map(withoutResources),
  };
  const [script, style] = [pageScript(), pageStyle()];
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const names = reports.map(({ stack }) => stack.name);
  const project = reports[0]?.stack.project ?? "Preflight";
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${project}: preflight of ${names.join(", ")}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the proofs</a>
<header><h1>${project} <span>preflight</span></h1>
${reports.length > 1 ? tabs(reports) : undefined}</header>
<main id="main" tabindex="-1">
${reports.map(stack)}
<p role="status" class="hidden" id="status"></p>
</main>
<script type="application/json" id="data">${jsonMarkup(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.text;
}

/** Links between the stacks, for a page without its script. The script turns them into tabs. */
function tabs(reports: readonly Report[]): Markup {
  return html`<nav aria-label="Stacks" data-tabs>${reports.map((report, i) => {
    const { stack, proofs } = report;
    const failed = failedProofs(report).length;
    const isRed =
      failed > 0 ||
      provesNothing(report) ||
      orderFailure([report]) !== undefined ||
      refusalText([report]) !== undefined;
    return html`<a href="#stack-${i}" data-tab="${i}">${stack.name} <span class="${isRed ? "FAIL" : "ok"}">${
      isRed ? `✕ ${failed} of ${proofs.length}` : `✓ ${proofs.length}`
    }</span></a>`;
  })}</nav>`;
}
