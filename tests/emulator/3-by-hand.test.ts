import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { egressByHand } from "./lab/aws.js";
import { makeFolder, pulumi } from "./lab/project.js";
import { folder } from "./lab/stacks.js";

// Changes deployed prod by hand, and refreshes. At the end both AWS and the stack's state are as before.
describe("preflight of deployed prod after a change by hand", () => {
  const at = makeFolder("by-hand");
  let groupId: string;

  const exported = async (name: string) => {
    const file = join(at, `${name}.json`);
    await pulumi(folder, "stack", "export", "--stack", "prod", "--file", file);
    return file;
  };
  const graphOf = (file: string) =>
    graphFromResources(resourcesFromExport(JSON.parse(readFileSync(file, "utf8"))));
  const refreshed = async (name: string) => {
    await pulumi(folder, "refresh", "--stack", "prod", "--yes", "--skip-preview");
    return proofReports(graphOf(await exported(name)));
  };

  before(async () => {
    const graph = graphOf(await exported("before"));
    const group = [...graph.securityGroups.values()].find(({ ref }) => ref.name === "fetcher-function");
    groupId = group?.ref.id ?? "";
    expect(groupId).to.match(/^sg-/);
  });

  after(() => pulumi(folder, "stack", "import", "--stack", "prod", "--file", join(at, "before.json")));

  it("proves the same after a refresh that finds nothing changed", async () => {
    expect((await refreshed("unchanged")).filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it("fails, and names the group and the rule that let everything out", async () => {
    await egressByHand("Authorize", groupId);
    try {
      const failed = (await refreshed("opened")).filter(({ ok }) => !ok);
      expect(failed.map(({ id }) => id)).to.deep.equal(["fetcher not-reach internet:443"]);
      expect(failed[0]?.failure?.reason)
        .to.include("fetcher-function")
        .and.to.include("all traffic to 0.0.0.0/0");
    } finally {
      await egressByHand("Revoke", groupId);
    }
  });

  it("proves all again after the rule is removed and the stack refreshed", async () => {
    expect((await refreshed("closed")).filter(({ ok }) => !ok)).to.deep.equal([]);
  });
});
