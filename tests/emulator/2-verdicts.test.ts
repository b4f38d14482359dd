import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { buildReport } from "../../preflight/report/build/report.js";
import { type ProofReport, type Report, reportsSchema } from "../../preflight/report/model.js";
import { pinsOf, readPinnedIntents } from "../../preflight/sources/intents-file.js";
import { readStackFile } from "../../preflight/sources/stack-files.js";
import { processArguments } from "../support/commands.js";
import { TEST_PROJECT } from "../support/test-project.js";
import { makeFolder, pulumi } from "./lab/project.js";
import { folder } from "./lab/stacks.js";

// Checks that the preflight has the same verdicts before and after deployment.
for (const stack of ["dev", "prod"]) {
  describe(`preflight of deployed ${stack}`, () => {
    let planned: Report;
    let exported: string;
    const pinned = readPinnedIntents(TEST_PROJECT);
    const pins = pinned && pinsOf(pinned, stack);

    before(async () => {
      const { project, region, resources } = await synthesizeProgram(readStackFile(stack, folder), {
        accountId: "000000000000", // The emulator's account.
      });
      const graph = graphFromResources(resources);
      planned = buildReport(graph, { project, stack, region, source: "synthesis", pins });
      exported = join(makeFolder("export"), `${stack}.json`);
      await pulumi(folder, "stack", "export", "--stack", stack, "--file", exported);
    });

    it("gives the same verdicts as before the deployment", () => {
      const graph = graphFromResources(resourcesFromExport(JSON.parse(readFileSync(exported, "utf8"))));
      const { project, region } = planned.stack;
      const after = buildReport(graph, { project, stack, region, source: "deployed", pins });
      expect(after.proofs.map(verdictOf)).to.deep.equal(planned.proofs.map(verdictOf));
      expect(after.proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(after.proofs.length).to.be.greaterThan(1);
      expect(after.stack.summary).to.equal(planned.stack.summary);
      expect(after.cost.fixedMonthly).to.be.closeTo(planned.cost.fixedMonthly, 1e-6);
      expect(after.permissions.roles.flatMap(({ excess }) => excess)).to.deep.equal([]);
    });

    it("matches the report of npm start -- --deployed, in the published schema", () => {
      const out = `${exported}.report`;
      const { status, stderr } = cli("preflight.ts", "--deployed", exported, "--json", out);
      expect(status, stderr).to.equal(0);
      const { reports } = reportsSchema.parse(JSON.parse(readFileSync(out, "utf8")));
      expect(reports[0]?.stack).to.include({
        name: stack,
        source: "deployed",
        summary: planned.stack.summary,
      });
      expect(reports[0]?.proofs.map(verdictOf)).to.deep.equal(planned.proofs.map(verdictOf));
    });

    it("reports a rule that is gone, and one that only the group's outputs still hold", () => {
      if (stack !== "prod") return;
      const broken = `${exported}.broken`;
      const ask = (isRefreshed: boolean) => {
        writeFileSync(
          broken,
          JSON.stringify(withoutRule(JSON.parse(readFileSync(exported, "utf8")), isRefreshed)),
        );
        return cli("trace.ts", "--deployed", broken, "--from", "fetcher", "--to", "ssm");
      };
      const gone = ask(true);
      expect(gone.status, gone.stdout).to.equal(1);
      expect(gone.stdout).to.contain("ssm-endpoint").and.contain("SG_HAS_NO_RULES");
      const stale = ask(false);
      expect(stale.status, stale.stdout).to.equal(3);
      expect(stale.stdout).to.contain("ssm-endpoint").and.contain("no resource of the stack explains");
    });
  });
}

interface Exported {
  readonly deployment: {
    readonly resources: readonly { readonly urn: string; readonly outputs?: Record<string, unknown> }[];
  };
}

/** The export without the rule that lets the function in, and without the group's copy of it if it was refreshed. */
function withoutRule(whole: Exported, isRefreshed: boolean): Exported {
  const resources = whole.deployment.resources
    .filter(({ urn }) => !urn.endsWith("::ssm-from-fetcher"))
    .map((resource) =>
      isRefreshed && resource.urn.endsWith("SecurityGroup::ssm-endpoint")
        ? { ...resource, outputs: { ...resource.outputs, ingress: [], ingresses: [] } }
        : resource,
    );
  expect(resources).to.have.length(whole.deployment.resources.length - 1);
  return { ...whole, deployment: { ...whole.deployment, resources } };
}

function verdictOf({ id, ok, verdict }: ProofReport) {
  const how = verdict.status === "blocked" ? [verdict.code, verdict.at.name] : [];
  const via = verdict.status === "reachable" ? [verdict.via] : [];
  return [id, ok, verdict.status, ...how, ...via];
}

function cli(command: string, ...args: string[]) {
  return spawnSync(process.execPath, processArguments(`cli/${command}`, args), {
    cwd: PROJECT_FOLDER,
    encoding: "utf8",
  });
}
