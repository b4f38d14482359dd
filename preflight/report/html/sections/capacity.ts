import type { CapacityReport, LimitReport, SubnetReport } from "../../model.js";
import { counted, tierText, whole } from "../../text/wording.js";
import { html, type Markup } from "../escape.js";
import { badge, bar, section, source as sourceLink, table } from "./section.js";

export function capacity(
  { subnets, lambdaInterfaces, limits, firstToRunOut }: CapacityReport,
  prefix: string,
): Markup {
  const first =
    firstToRunOut === undefined
      ? undefined
      : html`<p class="lead">First to run out: <strong>${firstToRunOut.what}</strong>, at ${firstToRunOut.at}</p>`;
  return section(
    prefix,
    "capacity",
    "Capacity",
    html`${first}<p>${counted(lambdaInterfaces, "function network interface")}, at any concurrency.</p>`,
    subnets.length === 0 ? html`<p>No subnets: the function takes no addresses.</p>` : subnetTable(subnets),
    limits.length === 0 ? html`` : limitTable(limits),
  );
}

function subnetTable(subnets: readonly SubnetReport[]): Markup {
  const rows = subnets.map(({ subnet, tier, cidrBlock, availabilityZone, used, free }) => [
    html`<span class="resource">${subnet.name}</span> <span class="type">${tierText(tier, subnets)}, ${availabilityZone}</span>`,
    cidrBlock,
    html`${bar(used, used + free)}`,
    whole(used),
    whole(free),
  ]);
  return table("Addresses in subnets", ["subnet", "CIDR block", "in use", "#used", "#free"], rows);
}

function limitTable(limits: readonly LimitReport[]): Markup {
  const rows = limits.map(({ what, unit, used, limit, ok, source }) => [
    html`${what} ${sourceLink(source)}`,
    html`${badge(ok ? "ok" : "FAIL")}${bar(used, limit, ok ? "" : "broken")}`,
    whole(used),
    html`${whole(limit)} <span class="type">${unit}</span>`,
  ]);
  return table("Limits", ["limit", "in use", "#used", "#limit"], rows);
}
