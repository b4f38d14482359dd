import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { forecastAddresses } from "../../preflight/capacity/addresses.js";
import { forecastCost } from "../../preflight/cost/forecast.js";
import { graphFromResources } from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { topologyOf } from "../../preflight/report/build/topology/index.js";
import { DEFAULT_USAGE } from "../../preflight/usage/usage.js";
import { exampleNames, exampleResources } from "./examples.js";

const HOME = { account: "111122223333", region: "eu-west-1" };

describe("examples/", () => {
  it("are in the docs", () => {
    const page = readFileSync(join(PROJECT_FOLDER, "docs/your-function.md"), "utf8");
    for (const name of exampleNames()) expect(page).to.contain(`(../examples/${name}/index.ts)`);
  });

  for (const name of exampleNames()) {
    describe(name, () => {
      it("has a project of its own, and imports the components by their door only", () => {
        const folder = join(PROJECT_FOLDER, "examples", name);
        expect(existsSync(join(folder, "Pulumi.yaml"))).to.equal(true);
        const imports = [...readFileSync(join(folder, "index.ts"), "utf8").matchAll(/from "(.+)";/g)];
        const paths = imports.map(([, path]) => path);
        expect(paths).to.include("../../components/index.js");
        expect(["../../components/index.js", "@pulumi/aws"]).to.include.members(paths);
      });

      for (const preview of [false, true]) {
        it(`keeps every intent ${preview ? "at the first preview" : "once it is deployed"}`, async () => {
          const graph = graphFromResources(await exampleResources(name, preview), HOME);
          const proofs = proofReports(graph);
          expect(proofs).not.to.be.empty;
          expect(proofs.filter(({ ok }) => !ok).map(({ id, failure }) => ({ id, failure }))).to.deep.equal(
            [],
          );
        });

        it(`grants nothing beyond need ${preview ? "at the first preview" : "once it is deployed"}`, async () => {
          const { roles, refused } = permissionReport(
            graphFromResources(await exampleResources(name, preview), HOME),
          );
          expect(refused).to.deep.equal([]);
          for (const { role, excess, undeclared, unknown } of roles)
            expect({ excess, undeclared, unknown }, role.name).to.deep.equal({
              excess: [],
              undeclared: [],
              unknown: [],
            });
        });
      }

      it("makes each path before what uses it", async () => {
        expect(checkOrder(graphFromResources(await exampleResources(name), HOME)).late).to.deep.equal([]);
      });
    });
  }
});

describe("examples/own-function, as the reports show it", () => {
  it("has an address for each mount target", async () => {
    const graph = graphFromResources(await exampleResources("own-function"), HOME);
    const { subnets } = forecastAddresses(graph);
    const privates = subnets.filter(({ subnet }) => subnet.name.startsWith("vpc-private-"));
    expect(privates.map(({ others }) => others)).to.deep.equal([1, 1]);
  });

  it("has the price of its files", async () => {
    const graph = graphFromResources(await exampleResources("own-function"), HOME);
    const products = forecastCost(graph, DEFAULT_USAGE).lines.map(({ product }) => product);
    expect(products).to.include.members(["EFS storage", "EFS elastic reads", "EFS elastic writes"]);
  });

  it("is drawn with a line from the function to the mount target of each zone, and on to the files", async () => {
    const { nodes, edges } = topologyOf(graphFromResources(await exampleResources("own-function"), HOME));
    const label = (id: string) => nodes.find((node) => node.id === id)?.label;
    const zone = (id: string) => label(nodes.find((node) => node.id === id)?.parent ?? "");
    const lines = edges.filter(({ to }) => /^files-[ab]$/.test(label(to) ?? ""));
    expect(lines.map(({ from, to }) => [zone(from), zone(to)])).to.deep.equal([
      ["vpc-private-a", "vpc-private-a"],
      ["vpc-private-b", "vpc-private-b"],
    ]);
    expect(edges.filter(({ label: text }) => text === "mount target of")).to.have.length(2);
  });
});
