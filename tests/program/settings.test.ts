import { readFileSync } from "node:fs";
import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { graphFromResources } from "../../preflight/graph/index.js";
import { CODES, parsePlace, trace } from "../../preflight/reachability/index.js";
import { stackFile } from "../support/stacks.js";

/** What the report says beside verdicts: methods that are open, and what is paid for and not used. */
const ADVICE = ["OPEN_TO_INTERNET", "UNUSED"];

describe("the settings that the program's components declare", () => {
  const page = readFileSync("docs/configuration.md", "utf8");
  const documented = [...page.matchAll(/^(?:\| |## )`([A-Za-z0-9.]+)`/gm)].map(([, key = ""]) => key);

  it("are keys of the configuration, for resources and codes that exist", async () => {
    const vpc = { nat: "perAz", blockPublicAccess: { mode: "block-bidirectional" } };
    const graph = graphFromResources((await synthesizeProgram(stackFile("prod", { vpc }))).resources);
    const names = [...graph.resources.values()].map(({ name }) => name);
    expect(graph.settings.length).to.be.above(10);
    for (const { resource, codes, change } of graph.settings) {
      const key = change.replace(/^remove /, "").replace(/:.*$/, "");
      expect(
        documented.some((each) => each === key || each.startsWith(`${key}.`)),
        change,
      ).to.equal(true);
      expect(
        names.some((name) => new RegExp(`^${resource.replaceAll("*", ".*")}$`).test(name)),
        resource,
      ).to.equal(true);
      for (const code of codes ?? []) expect([...Object.keys(CODES), ...ADVICE]).to.include(code);
    }
  });

  it("are named by the fixes of a stack", async () => {
    const prod = graphFromResources((await synthesizeProgram(stackFile("prod"))).resources);
    const fix = (from: string, to: string) => {
      const verdict = trace(prod, parsePlace(from, prod), parsePlace(to, prod));
      return verdict.status === "blocked" ? verdict.fix : verdict.status;
    };
    expect(fix("fetcher", "secretsmanager")).to.include("endpoints.others.secretsmanager: {}");
    expect(fix("internet", "GET /messages")).to.include("api.endpointType: REGIONAL");
    expect(fix("vpce-0123456789abcdef0", "GET /messages")).to.include("api.sharing.vpcEndpoints");
  });
});
