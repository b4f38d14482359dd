import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { renderHtml } from "../../preflight/report/html/index.js";
import { brokenProd, reportOf } from "../preflight/report/html/support.js";
import { chromiumPath, launch } from "./browser.js";
import { contrastOf, outlineOf, pageWidth } from "./measure.js";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 780 };

describe("the report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  const whole = join(folder, "index.html");
  const failing = join(folder, "failing.html");
  let browser: Browser;
  let page: Page;
  /** Requests other than for the page itself, console errors and exceptions of the current test. */
  let trouble: string[];

  before(async () => {
    const prod = await reportOf("prod");
    writeFileSync(whole, renderHtml([prod, await reportOf("dev")]));
    writeFileSync(failing, renderHtml([await brokenProd()], { compareTo: [prod] }));
    browser = await launch(chromiumPath() ?? "");
  });

  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  afterEach(async function () {
    await screenshot(page, this.currentTest?.title ?? "");
    await page.context().close();
    expect(trouble).to.deep.equal([]);
  });

  async function open(file: string, options: BrowserContextOptions = { viewport: WIDE }): Promise<void> {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    page = await context.newPage();
    trouble = [];
    const url = pathToFileURL(file).href;
    page.on("request", (request) => request.url() !== url && trouble.push(`request: ${request.url()}`));
    page.on("pageerror", (error) => trouble.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) trouble.push(`console: ${message.text()}`);
    });
    await page.goto(url);
  }

  const proof = (name: string | RegExp) => page.getByRole("button", { name });
  const lit = (label: string) => page.locator(`.drawing:visible .lit[data-name="${label}"]`);

  it("lights the path of a proof that is clicked, and tells it hop by hop", async () => {
    await open(whole);
    await proof(/fetcher must reach ssm/).click();
    expect(await proof(/fetcher must reach ssm/).getAttribute("aria-pressed")).to.equal("true");
    expect(await lit("ssm-endpoint").count()).to.equal(2);
    expect(await lit("ssm").count()).to.equal(1);
    expect(await lit("api").count()).to.equal(0);
    expect(await page.locator(".drawing:visible .line.lit").count()).to.be.greaterThan(3);
    expect(await page.locator(".drawing:visible .stop").count()).to.equal(0);
    const details = page.locator(".details:visible");
    expect(await details.count()).to.equal(1);
    expect(await textOf(details)).to.match(
      /private DNS: the name of ssm resolves[\s\S]*Reached by interface endpoint/,
    );
  });

  it("lets a chosen proof go again", async () => {
    await open(whole);
    await proof(/fetcher must reach ssm/).click();
    await proof(/fetcher must reach ssm/).click();
    expect(await page.locator(".drawing:visible .lit").count()).to.equal(0);
    expect(await page.locator(".details:visible").count()).to.equal(0);
    expect(await page.getByText("Choose a proof").first().isVisible()).to.equal(true);
  });

  it("marks the blocker of a failing proof, with its code and its fix", async () => {
    await open(failing);
    expect(await page.getByText("11 of 12 proofs hold").isVisible()).to.equal(true);
    await proof(/FAIL fetcher must reach ssm/).click();
    expect(await page.locator(".drawing .node.FAIL[data-name=ssm-endpoint]").count()).to.equal(2);
    expect(await page.locator(".drawing .stop.FAIL").count()).to.equal(2);
    expect(await lit("ssm").count()).to.equal(0);
    const details = await textOf(page.locator(".details:visible"));
    expect(details).to.match(/Blocked at ssm-endpoint[\s\S]*SG_HAS_NO_RULES[\s\S]*Fix: Add an ingress rule/);
  });

  it("shows a ban's blocker and the attempt that it stops", async () => {
    await open(whole);
    await proof(/internet must not reach GET/).click();
    expect(await lit("api").count()).to.equal(1);
    expect(await page.locator(".drawing:visible .stop.ok").count()).to.equal(1);
    expect(await page.locator(".drawing:visible .attempt").count()).to.equal(1);
  });

  it("works by keyboard alone, with a focus that is seen", async () => {
    await open(whole);
    await page.keyboard.press("Tab");
    expect(await focused(page)).to.include("Skip to the proofs");
    await page.keyboard.press("Tab");
    expect(await focused(page)).to.include("prod");
    await page.keyboard.press("ArrowRight");
    expect(await textOf(page.getByRole("tab", { selected: true }))).to.include("dev");
    expect(await page.getByRole("heading", { name: "dev", level: 2 }).isVisible()).to.equal(true);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab");
    expect(await focused(page)).to.match(/vpc-private-a[\s\S]*GET/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).to.match(/fetcher[\s\S]*ssm/);
    expect(await outlineOf(page.locator(":focus"))).to.equal("solid");
    await page.keyboard.press("Enter");
    expect(await lit("ssm").count()).to.equal(1);
    expect(await textOf(page.getByRole("status"))).to.match(/fetcher to ssm: reached in \d hops/);
    await page.keyboard.press("End");
    await page.keyboard.press("Space");
    expect(await lit("vpc-private-b").count()).to.equal(1);
    await page.keyboard.press("Escape");
    expect(await page.locator(".drawing:visible .lit").count()).to.equal(0);
  });

  it("has names for everything in the accessibility tree", async () => {
    await open(whole);
    const tree = await page.locator("body").ariaSnapshot();
    for (const expected of [
      "tablist",
      'tab "prod ✓ 12" [selected]',
      'tabpanel "prod ✓ 12"',
      'heading "prod" [level=2]',
      'region "Proofs"',
      'heading "must reach" [level=4]',
      'button "ok fetcher must reach ssm interface endpoint"',
      'img "Topology of prod"',
      'region "Cost"',
      'table "Addresses in subnets"',
      'combobox "Compared with"',
    ]) {
      expect(tree).to.include(expected);
    }
    expect(tree).not.to.match(/- (?:button|link|tab|region|combobox|img)(?::| \[|$)/m);
    await page.getByText("The drawing in words").first().click();
    expect(await textOf(page.locator(".in-words:visible"))).to.match(
      /vpc-private-a → vpc-nat-a in vpc-public-a: route 0\.0\.0\.0\/0/,
    );
  });

  it("compares a stack with another, and with a saved report", async () => {
    await open(whole);
    await page.getByLabel("Compared with").first().selectOption("stack dev");
    const changes = page.locator("[data-changes]:visible");
    expect(await textOf(changes)).to.match(/fixed cost a month\s+\$0\.00\s*(?:→ )?\$\d+/);
    await page.context().close();
    await open(failing);
    expect(await textOf(page.getByLabel("Compared with"))).to.equal("saved report of prod");
    expect(await textOf(page.locator("[data-changes]:visible"))).to.match(
      /ok, reachable[\s\S]*FAIL, blocked/,
    );
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
      it(`is legible in a ${name} window in ${colorScheme} colours`, async () => {
        await open(failing, { viewport, colorScheme });
        await proof(/FAIL fetcher/).click();
        expect(await pageWidth(page.locator("body"))).to.be.at.most(viewport.width);
        for (const selector of TEXTS) {
          expect(await contrastOf(page.locator(selector).first()), selector).to.be.at.least(4.5);
        }
        const label = page.locator(".drawing .node.lit text").first();
        expect((await label.boundingBox())?.height).to.be.at.least(10);
      });
    }
  }

  it("keeps labels inside their nodes", async () => {
    await open(whole);
    for (const node of await page.locator(".drawing:visible .node").all()) {
      const face = await node.locator(".face").boundingBox();
      for (const text of await node.locator("text").all()) {
        const box = await text.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 0)).to.be.at.most((face?.x ?? 0) + (face?.width ?? 0));
      }
    }
  });

  it("prints every stack with the details of every proof", async () => {
    await open(whole);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".details:visible").count()).to.equal(await page.locator(".details").count());
    expect(await page.getByRole("heading", { name: "dev", level: 2 }).isVisible()).to.equal(true);
  });

  it("can be read without its script", async () => {
    await open(whole, { viewport: WIDE, javaScriptEnabled: false });
    expect(await page.locator(".details:visible").count()).to.equal(await page.locator(".details").count());
    expect(await page.locator("svg.drawing:visible").count()).to.equal(2);
  });
});

const TEXTS = [
  "h2",
  ".headline .note",
  ".badge.ok",
  ".badge.FAIL",
  ".proof .way",
  ".details:visible .end p",
  ".details:visible .text",
  ".alternatives .reason strong",
  "summary",
  "caption",
  "th .type",
  ".changes .values",
];

async function screenshot(page: Page, title: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS === undefined) return;
  await page.screenshot({ path: join(SCREENSHOTS, `${title.replace(/\W+/g, "-")}.png`), fullPage: true });
}

function focused(page: Page): Promise<string> {
  return textOf(page.locator(":focus"));
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.allTextContents()).join("\n");
}
