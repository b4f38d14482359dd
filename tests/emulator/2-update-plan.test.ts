import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { readStackFile } from "../../preflight/sources/stack-files.js";
import { deployedStack, UpdatePlanner } from "../../preflight/update/index.js";
import { configure, pulumi } from "./lab/project.js";
import { folder, type Stack } from "./lab/stacks.js";

/** What the engine's own preview replaces and deletes, by URN. */
async function engineRemovals(stack: Stack): Promise<string[]> {
  const { stdout } = await pulumi(folder, "preview", "--stack", stack, "--json");
  const { steps } = JSON.parse(stdout);
  return removals(steps.map(({ op, urn }: { op: string; urn: string }) => [op, urn]));
}

/** What preflight says, from the stack's export and its file. */
async function plannedRemovals(stack: Stack): Promise<string[]> {
  const { stdout } = await pulumi(folder, "stack", "export", "--stack", stack);
  const deployed = deployedStack(JSON.parse(stdout));
  const planner = new UpdatePlanner(deployed, "eu-west-1");
  const { accountId = "" } = deployed;
  await synthesizeProgram(readStackFile(stack, folder), { preview: true, deployed: planner, accountId });
  return removals(planner.plan().steps.map(({ action, urn }) => [action, urn]));
}

function removals(steps: readonly (readonly [op: string, urn: string])[]): string[] {
  const found = steps.flatMap(([op, urn]) =>
    /replace|delete/.test(op) && /\baws:/.test(urn)
      ? `${/replace/.test(op) ? "replace" : "delete"} ${urn}`
      : [],
  );
  return [...new Set(found)].sort();
}

describe("the plan of an update, against the engine's preview", () => {
  for (const stack of ["dev", "prod"] as const) {
    before(() => copyFileSync(join(folder, `Pulumi.${stack}.yaml`), join(folder, `kept.${stack}`)));
    afterEach(() => copyFileSync(join(folder, `kept.${stack}`), join(folder, `Pulumi.${stack}.yaml`)));
  }

  for (const [stack, what, change] of [
    ["prod", "another block", { vpc: { cidrBlock: "10.99.0.0/16" } }],
    ["prod", "one zone and no NAT", { vpc: { availabilityZones: 1, nat: "none" } }],
    [
      "dev",
      "a renamed path",
      { parameters: { path: "/lambda-networking/renamed", values: { greeting: "hi" } } },
    ],
    ["prod", "the public mode", { networking: "public", vpc: undefined, endpoints: undefined }],
  ] as const) {
    it(`names the same replacements and deletions for ${stack} with ${what}`, async () => {
      configure(folder, stack, change);
      const planned = await plannedRemovals(stack);
      expect(planned).to.deep.equal(await engineRemovals(stack));
      expect(planned).not.to.deep.equal([]);
    });
  }
});
