import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { graphFromResources, type SourceResource } from "../../../preflight/graph/index.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import {
  publishedSchema,
  type Report,
  reportsSchema,
  SCHEMA_VERSION,
} from "../../../preflight/report/model.js";
import { markdownReport } from "../../../preflight/report/text/markdown.js";
import { terminalReport, verdictLine } from "../../../preflight/report/text/terminal.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { stackFile } from "../../support/stacks.js";

describe("buildReport and its formats", () => {
  let dev: Synthesis;
  let prod: Synthesis;
  let broken: Report;

  const reportOf = ({ project, stack, region }: Synthesis, resources: readonly SourceResource[]) =>
    buildReport(graphFromResources(resources), { project, stack, region, source: "synthesis" });

  before(async () => {
    dev = await synthesizeProgram(stackFile("dev"));
    prod = await synthesizeProgram(stackFile("prod"));
    broken = reportOf(
      prod,
      prod.resources.filter(({ name }) => name !== "execute-api-from-private-b"),
    );
  });

  it("match the published schema, with and without a failed proof", () => {
    const published: unknown = JSON.parse(readFileSync("preflight/report.schema.json", "utf8"));
    const validate = new Ajv2020({ strict: false }).compile(publishedSchema());
    const reports = [reportOf(dev, dev.resources), reportOf(prod, prod.resources), broken];
    const content = JSON.parse(JSON.stringify({ schemaVersion: SCHEMA_VERSION, reports }));
    expect(validate(content), JSON.stringify(validate.errors)).to.equal(true);
    expect(published, "written anew by: npm run generate").to.deep.equal(
      JSON.parse(JSON.stringify(publishedSchema())),
    );
    expect(
      reportsSchema.safeParse({ ...content, reports: [{ ...content.reports[0], proofs: [{}] }] }).success,
    ).to.equal(false);
  });

  it("return the same report for the same stack", () => {
    expect(reportOf(prod, prod.resources)).to.deep.equal(reportOf(prod, prod.resources));
  });

  it("print the failure, its place and its fix in a terminal, in 100 columns and without colour", () => {
    const text = terminalReport(broken);
    expect(text.split("\n").filter((line) => line.length > 100)).to.deep.equal([]);
    expect(text).not.to.contain("\u001b");
    const words = text.replace(/\s+/g, " ");
    expect(words).to.contain("must reach vpc-private-b -> GET /messages FAIL");
    expect(words).to.contain("ENI_SG_RULES_MISMATCH").and.contain("Fix: ");
    expect(words).to.contain("must reach vpc-private-a -> GET /messages ok");
    expect(verdictLine([broken])).to.equal("1 of 12 proofs failed");
    expect(verdictLine([reportOf(prod, prod.resources)])).to.equal("12 proofs hold");
  });

  it("report the cost, the free addresses and the absence of excess grants for a whole stack", () => {
    const report = reportOf(prod, prod.resources);
    expect(report.cost.fixedMonthly).to.be.greaterThan(50);
    expect(report.cost.lines.reduce((sum, line) => sum + line.fixedMonthly, 0)).to.be.closeTo(
      report.cost.fixedMonthly,
      1e-6,
    );
    expect(report.cost.alternatives.filter(({ isCurrent }) => isCurrent)).to.have.length(1);
    expect(report.capacity.lambdaInterfaces).to.equal(2);
    expect(report.permissions.roles.flatMap(({ excess, unknown }) => [...excess, ...unknown])).to.deep.equal(
      [],
    );
    expect(reportOf(dev, dev.resources).cost.fixedMonthly).to.equal(0);
  });

  it("report a grant that nothing needs, and a grant that is broader than the need", () => {
    const wide = prod.resources.map(
      (resource): SourceResource =>
        resource.name !== "fetcher-permissions"
          ? resource
          : {
              ...resource,
              properties: {
                ...resource.properties,
                policy: JSON.stringify({
                  Version: "2012-10-17",
                  Statement: [
                    { Effect: "Allow", Action: "ssm:*", Resource: "*" },
                    { Effect: "Allow", Action: "s3:DeleteBucket", Resource: "*" },
                  ],
                }),
              },
            },
    );
    const role = reportOf(prod, wide).permissions.roles.find(({ role }) => role.name === "fetcher-role");
    expect(role?.excess.join("\n")).to.match(/ssm:\* on \*, broader than ssm:GetParametersByPath on arn:/);
    expect(role?.excess.join("\n")).to.match(/s3:DeleteBucket on \*, unused/);
  });

  it("escape names in Markdown", () => {
    const hostile = reportOf(
      prod,
      prod.resources.map((resource) => ({
        ...resource,
        name: resource.name.replace("private", "<img src=x>|`**"),
      })),
    );
    const markdown = markdownReport(hostile);
    expect(markdown).not.to.contain("<img");
    expect(markdown).to.match(/^## prod: /);
    expect(markdownReport(broken)).to.contain("1 of 12 proofs failed").and.contain("**FAIL**");
  });
});
