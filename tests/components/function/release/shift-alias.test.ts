import { expect } from "chai";
import {
  type DeploymentState,
  type ReleaseRequest,
  type ReleaseServices,
  shiftAlias,
} from "../../../../components/function/release/shift-alias.js";

const TARGET = {
  applicationName: "app",
  deploymentGroupName: "group",
  functionName: "fetcher-1a2b3c4",
  alias: "live",
  version: "7",
};

/** A CodeDeploy that goes through these states, one at each look, and moves the alias as they say. */
function codeDeploy(
  from: string,
  states: readonly (DeploymentState & { readonly weight?: number })[],
  active?: string,
) {
  const started: ReleaseRequest[] = [];
  let look = 0;
  const services: ReleaseServices = {
    activeDeployment: async () => active,
    aliasOf: async () => {
      const state = states[look - 1];
      if (state?.status === "Succeeded") return { version: TARGET.version, weights: {} };
      const weight = state?.weight;
      return { version: from, weights: weight === undefined ? {} : { [TARGET.version]: weight } };
    },
    start: async (request) => {
      started.push(request);
      return "d-123";
    },
    stateOf: async () => {
      const state = states[look];
      look += 1;
      if (state === undefined) throw new Error("looked after the end");
      return state;
    },
  };
  return { services, started };
}

async function release(from: string, states: Parameters<typeof codeDeploy>[1], active?: string) {
  const { services, started } = codeDeploy(from, states, active);
  const lines: string[] = [];
  let slept = 0;
  const outcome = await shiftAlias(services, TARGET, {
    onProgress: (line) => lines.push(line),
    interval: 5000,
    sleep: async (milliseconds) => {
      slept += milliseconds;
    },
  });
  return { outcome, lines, started, slept };
}

describe("shiftAlias", () => {
  it("tells CodeDeploy which alias moves from which version to which", async () => {
    const { started } = await release("6", [{ status: "Succeeded" }]);
    const [request] = started;
    expect(started).to.have.length(1);
    expect(request).to.include({ applicationName: "app", deploymentGroupName: "group" });
    expect(JSON.parse(request?.appSpec ?? "")).to.deep.equal({
      version: 0,
      Resources: [
        {
          "fetcher-1a2b3c4": {
            Type: "AWS::Lambda::Function",
            Properties: { Name: "fetcher-1a2b3c4", Alias: "live", CurrentVersion: "6", TargetVersion: "7" },
          },
        },
      ],
    });
  });

  it("follows a canary to the end, each step once", async () => {
    const { outcome, lines, slept } = await release("6", [
      { status: "Created" },
      { status: "InProgress", weight: 0.1 },
      { status: "InProgress", weight: 0.1 },
      { status: "Succeeded" },
    ]);
    expect(outcome).to.equal("succeeded");
    expect(lines.slice(1)).to.deep.equal([
      "  Created: version 6 100 %",
      "  InProgress: version 6 90 %, version 7 10 %",
      "  Succeeded: version 7 100 %",
    ]);
    expect(slept).to.equal(15_000);
  });

  it("fails when the alarm stops it, and says that callers were put back", async () => {
    const { outcome, lines } = await release("6", [
      { status: "InProgress", weight: 0.1 },
      { status: "Stopped", error: "One or more alarms have been activated", rollback: "d-456" },
    ]);
    expect(outcome).to.equal("failed");
    expect(lines.slice(-2)).to.deep.equal([
      "  One or more alarms have been activated",
      "  Rolled back by deployment d-456.",
    ]);
  });

  it("starts nothing when callers have the version already", async () => {
    const { outcome, started } = await release("7", []);
    expect(outcome).to.equal("none");
    expect(started).to.deep.equal([]);
  });

  it("follows the deployment that an interrupted update has left, and starts none", async () => {
    const { outcome, started, lines } = await release(
      "6",
      [{ status: "InProgress", weight: 0.1 }, { status: "Succeeded" }],
      "d-122",
    );
    expect(outcome).to.equal("none");
    expect(started).to.deep.equal([]);
    expect(lines[0]).to.contain("deployment d-122 has not ended yet");
    expect(lines.at(-1)).to.contain("callers of live have version 7 already");
  });

  it("fails with the deployment that an interrupted update has left", async () => {
    const { outcome, started } = await release("6", [{ status: "Stopped", error: "alarm" }], "d-122");
    expect(outcome).to.equal("failed");
    expect(started).to.deep.equal([]);
  });

  it("does nothing before the alias exists", async () => {
    const { services, started } = codeDeploy("6", []);
    const waiting = { onProgress: () => {}, interval: 1, sleep: async () => {} };
    const first = { ...services, aliasOf: async () => undefined };
    expect(await shiftAlias(first, TARGET, waiting)).to.equal("none");
    expect(started).to.deep.equal([]);
  });

  it("refuses weights that it does not know, because CodeDeploy would overwrite them", async () => {
    const { services, started } = codeDeploy("6", []);
    const byHand = { ...services, aliasOf: async () => ({ version: "6", weights: { "5": 0.2 } }) };
    const waiting = { onProgress: () => {}, interval: 1, sleep: async () => {} };
    const message = await shiftAlias(byHand, TARGET, waiting).then(String, ({ message }: Error) => message);
    expect(message).to.contain("version 6 80 %, version 5 20 %").and.to.contain("update-alias");
    expect(started).to.deep.equal([]);
  });

  it("does not wait for ever if CodeDeploy does not begin", async () => {
    const states = Array.from({ length: 100 }, () => ({ status: "Created" }));
    const message = await release("6", states).then(String, ({ message }: Error) => message);
    expect(message).to.match(/CodeDeploy has not begun deployment d-123 in 5 minutes/);
  });
});
