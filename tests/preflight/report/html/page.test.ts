import { createHash } from "node:crypto";
import { expect } from "chai";
import { renderHtml } from "../../../../preflight/report/html/index.js";
import type { Report } from "../../../../preflight/report/model.js";
import { brokenProd, reportOf } from "./support.js";

const HOSTILE = `</script><img src=x onerror="alert(1)">'&<!--<script>`;

describe("renderHtml", () => {
  let prod: Report;
  let page: string;
  before(async () => {
    prod = await reportOf("prod");
    page = renderHtml([prod, await reportOf("dev")]);
  });

  it("loads nothing, and has addresses only in links and in text", () => {
    expect(page).not.to.match(/<(?:link|img|iframe|object|embed|base|audio|video|source)\b/i);
    expect(page).not.to.match(/<script[^>]*\bsrc=/i);
    expect(page).not.to.match(/@import|url\(/i);
    const tags = (page.match(/<[a-z][^>]*>/gi) ?? []).filter((tag) => /https?:/.test(tag));
    for (const tag of tags) expect(tag).to.match(/^<a href="https:\/\/[^"]+" rel="noreferrer">$/);
  });

  it("allows only its own script and style, by their hashes", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#39;", "'");
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1];
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1];
    expect(policy).to.include("default-src 'none'");
    expect(policy).to.include(`script-src ${hash(script)};`);
    expect(policy).to.include(`style-src ${hash(style)};`);
    expect(page).not.to.match(/ style=| on[a-z]+=/);
  });

  it("embeds the reports as equal JSON", () => {
    expect(dataOf(page)).to.deep.equal(
      JSON.parse(JSON.stringify({ reports: [prod, dataOf(page).reports[1]] })),
    );
  });

  it("shows the number of proofs that hold, and lists all proofs", () => {
    expect(page).to.include(`<strong>${prod.proofs.length} of ${prod.proofs.length}</strong> proofs hold`);
    for (const i of prod.proofs.keys()) expect(page).to.include(`data-proof="${i}"`);
  });

  it("shows the fix and the code of a failed proof", async () => {
    const broken = renderHtml([await brokenProd()], { compareTo: [prod] });
    expect(broken).to.include("<strong>11 of 12</strong> proofs hold");
    expect(broken).to.include("SG_HAS_NO_RULES");
    expect(broken).to.match(/<strong>Fix:<\/strong> Add an ingress rule/);
    expect(dataOf(broken).compareTo).to.have.nested.property("[0].stack.name", "prod");
  });

  it("escapes every name, text and policy of a stack", () => {
    const hostile = renderHtml([poisoned(prod)], { compareTo: [poisoned(prod)] });
    const markup = hostile.replace(/<script type="application\/json"[^>]*>[^<]*<\/script>/, "");
    expect(markup).not.to.include("<img");
    expect(markup).not.to.include("<!--");
    expect(markup.match(/<script\b/g)).to.have.length(1);
    expect(markup.match(/<\/script>/g)).to.have.length(1);
    expect(dataOf(hostile).reports).to.deep.equal([JSON.parse(JSON.stringify(poisoned(prod)))]);
  });

  it("uses every id once, and refers only to ids that exist", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const references = [
      ...page.matchAll(/ (?:aria-labelledby|aria-describedby|aria-controls|for)="([^"]+)"/g),
    ];
    for (const [, list = ""] of references) for (const id of list.split(" ")) expect(ids).to.include(id);
  });

  it("has headings without a gap in their levels, and one main landmark", () => {
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).to.equal(1);
    for (const [i, level] of levels.entries())
      if (i > 0) expect(level - (levels[i - 1] ?? 0)).to.be.at.most(1);
    expect(page.match(/<main\b/g)).to.have.length(1);
  });

  it("stays below a maximum size", () => {
    expect(page.length).to.be.lessThan(300_000);
  });

  it("renders a page without stacks, and one without proofs, API or subnets", () => {
    expect(renderHtml([])).to.include("</html>");
    const empty = { ...prod, proofs: [], topology: { nodes: [], edges: [] } };
    expect(renderHtml([empty])).to.include("<strong>Nothing proved</strong>");
  });
});

function hash(text = ""): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function dataOf(page: string): { reports: unknown[]; compareTo?: unknown } {
  return JSON.parse(/<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page)?.[1] ?? "");
}

/** A report with the hostile text in every text that may hold any value. */
function poisoned(report: Report): Report {
  const fixed = new Set(["kind", "tier", "must", "status", "source", "schemaVersion", "currency"]);
  return JSON.parse(JSON.stringify(report), (key, value: unknown) =>
    typeof value === "string" && !fixed.has(key) ? `${value}${HOSTILE}` : value,
  );
}
