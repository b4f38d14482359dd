import type { PermissionReport, RoleReport } from "../../model.js";
import { counted } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { list, section } from "./section.js";

export function permissions({ roles, refused }: PermissionReport, prefix: string): Markup {
  const excess = roles.reduce((total, { excess }) => total + excess.length, 0);
  const intro = html`<p class="lead">${counted(roles.length, "role")}, <strong>${counted(excess, "grant")} beyond need</strong></p>`;
  return section(
    prefix,
    "permissions",
    "Permissions",
    intro,
    html`<dl>${refused.map(refusal)}${roles.map(role)}</dl>`,
  );
}

function refusal({ policy, reason }: PermissionReport["refused"][number]): Markup {
  return html`<dt>${policy.name}</dt>
<dd class="FAIL"><strong>AWS refuses this policy</strong>${list([reason])}</dd>
`;
}

function role({ role, excess, undeclared, accepted, unknown }: RoleReport): Markup {
  return html`<dt>${role.name}</dt>
${excess.length + undeclared.length + unknown.length === 0 ? html`<dd>Nothing beyond need.</dd>` : undefined}
${part("FAIL", "Beyond need", excess)}${part("UNKNOWN", "No use declared", undeclared)}${part("UNKNOWN", "Not known", unknown)}${acceptedPart(accepted)}`;
}

function part(kind: string, heading: string, items: readonly string[]): Markup | undefined {
  return items.length === 0
    ? undefined
    : html`<dd class="${kind}"><strong>${heading}</strong>${list(items)}</dd>\n`;
}

function acceptedPart(items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<dd><details><summary>${counted(items.length, "grant")} accepted, with reasons</summary>${list(items)}</details></dd>\n`;
}
