import type { OrderReport } from "../../model.js";
import { latePathTexts, notJudgedTexts, orderText } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { list, section } from "./section.js";

/** Whether every required path is made before what uses it; nothing for a stack that requires none. */
export function order(report: OrderReport, prefix: string): Markup | undefined {
  if (report.paths + report.notJudged.length === 0) return undefined;
  const late = latePathTexts(report);
  const open = notJudgedTexts(report);
  return section(
    prefix,
    "order",
    "Order",
    html`<p class="lead">${orderText(report)}</p>`,
    html`<dl>${
      late.length === 0
        ? undefined
        : html`<dt>May start too early</dt>
<dd class="FAIL">${list(late)}</dd>\n`
    }${
      open.length === 0
        ? undefined
        : html`<dt>Not judged</dt>
<dd>${list(open)}</dd>\n`
    }</dl>`,
  );
}
