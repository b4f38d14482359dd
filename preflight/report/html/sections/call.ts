import type { CallReport } from "../../model.js";
import { whole } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { section } from "./section.js";

export function call({ request, statusCode, milliseconds, summary }: CallReport, prefix: string): Markup {
  return section(
    prefix,
    "call",
    "Recorded call",
    html`<p>The stack's own API, called in memory with the real handlers.</p>
<p class="exchange"><code>${request}</code> <span aria-hidden="true">→</span> <strong>${statusCode}</strong> in ${whole(milliseconds)} ms</p>
<pre tabindex="0">${summary}</pre>`,
  );
}
