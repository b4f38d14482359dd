import { expect } from "chai";
import {
  functionConfiguration,
  getMessages,
  grantedPaths,
  invoke,
  publishedVersions,
  subnetIds,
  vpcEndpoints,
  vpcIds,
} from "./lab/aws.js";
import { CodeDeploy } from "./lab/codedeploy.js";
import {
  type CommandResult,
  configure,
  copyProgram,
  endpoints,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  tryPulumi,
} from "./lab/project.js";
import { aliasVersion } from "./lab/releases.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "canary";
const path = (name: string) => `/${STACK}/${name}`;

describe("a canary release in a VPC", () => {
  const folder = copyProgram(STACK);
  let codeDeploy: CodeDeploy;
  let outputs: Outputs;
  let functionName = "";

  const settings = (name: string, more: object = {}) =>
    configure(folder, STACK, {
      networking: "vpc",
      vpc: { nat: "none", availabilityZones: name === "first" ? 2 : 1 },
      api: { endpointType: "REGIONAL" },
      function: { ...KNOWN_RUNTIME, timeout: 5, release: "Canary10Percent5Minutes", versionsToKeep: 1 },
      // Without a cache, so that a version that cannot read fails at once.
      parameters: { path: path(name), values: { greeting: name }, cache: false },
      ...more,
    });

  /** Runs an update, and something else while CodeDeploy moves the callers. */
  async function upWhile(during: () => Promise<void>): Promise<CommandResult> {
    let ended = false;
    const update = tryPulumi(folder, "up", "--stack", STACK, "--yes", "--skip-preview").finally(() => {
      ended = true;
    });
    while (codeDeploy.moving === undefined && !ended) await new Promise((r) => setTimeout(r, 500));
    if (codeDeploy.moving === undefined) throw new Error(`no release: ${(await update).output}`);
    try {
      await during();
    } catch (error) {
      await codeDeploy.rollBack();
      await update;
      throw error;
    }
    return update;
  }

  /** What a version answers to a direct call. */
  const answerOf = async (version?: string) => (await invoke(functionName, version)).body;
  const answer = (greeting: string) => ({ messages: { greeting } });

  before(async () => {
    linkModules(folder);
    codeDeploy = await CodeDeploy.start();
    endpoints.AWS_ENDPOINT_URL_CODEDEPLOY = codeDeploy.url;
    settings("first");
    await pulumi(folder, "stack", "init", STACK);
    await pulumi(folder, "up", "--stack", STACK, "--yes", "--skip-preview");
    outputs = await outputsOf(folder, STACK);
    functionName = outputs.functionName;
  });

  after(async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
    delete endpoints.AWS_ENDPOINT_URL_CODEDEPLOY;
    codeDeploy.stop();
  });

  it("points the alias to the first version at once", async () => {
    expect(await aliasVersion(functionName)).to.equal("1");
    expect(await getMessages(outputs.apiId)).to.deep.equal({
      status: 200,
      body: { messages: { greeting: "first" } },
    });
  });

  it("leaves the old version everything that it needs while callers move to another path, and out of a zone", async () => {
    settings("second");
    const [, inGoneZone = ""] = outputs.privateSubnetIds;
    const { status, output } = await upWhile(async () => {
      expect(await subnetIds(outputs.vpcId)).to.include(inGoneZone);
      expect(codeDeploy.moving).to.include({ from: "1", to: "2" });
      expect(await answerOf("1")).to.deep.equal(answer("first"));
      expect(await answerOf("2")).to.deep.equal(answer("second"));
      expect(await grantedPaths(functionName)).to.deep.equal([path("first"), path("second")]);
      for (let call = 0; call < 20; call++) {
        expect((await getMessages(outputs.apiId)).status).to.equal(200);
      }
      await codeDeploy.finish();
    });
    expect(status, output).to.equal(0);
    expect(output).to.match(/live moves from version 1 to 2, deployment d-1/);
  });

  it("takes it away after callers have left, with the version, which would not work any more", async () => {
    expect(await aliasVersion(functionName)).to.equal("2");
    expect(await grantedPaths(functionName)).to.deep.equal([path("second")]);
    expect(await publishedVersions(functionName)).to.deep.equal(["2"]);
    expect(await subnetIds(outputs.vpcId)).not.to.include(outputs.privateSubnetIds[1]);
    expect(await getMessages(outputs.apiId)).to.deep.equal({
      status: 200,
      body: { messages: { greeting: "second" } },
    });
  });

  it("fails the update if CodeDeploy moves callers back, to a version that still has everything", async () => {
    settings("third");
    const { status, output } = await upWhile(() => codeDeploy.rollBack());
    expect(status).not.to.equal(0);
    expect(output).to.contain("the release of version 3 has failed").and.to.contain("One or more alarms");
    expect(output).not.to.match(/^\s+at /m);
    expect(await aliasVersion(functionName)).to.equal("2");
    expect(await answerOf("2")).to.deep.equal(answer("second"));
    expect(await grantedPaths(functionName)).to.include(path("second"));
  });

  it("goes back to the configuration before by another release", async () => {
    settings("second");
    const { status, output } = await upWhile(() => codeDeploy.finish());
    expect(status, output).to.equal(0);
    expect(await answerOf()).to.deep.equal(answer("second"));
    expect(await grantedPaths(functionName)).to.deep.equal([path("second")]);
    expect(await publishedVersions(functionName)).to.deep.equal(["2", "4"]);
  });

  it("keeps the VPC until callers have left it, and ends without a version in it", async () => {
    settings("second", { networking: "public", vpc: undefined });
    const { status, output } = await upWhile(async () => {
      expect(await vpcIds()).to.include(outputs.vpcId);
      expect(await vpcEndpoints(outputs.vpcId)).not.to.deep.equal([]);
      expect(await answerOf("4")).to.deep.equal(answer("second"));
      await codeDeploy.finish();
    });
    expect(status, output).to.equal(0);
    expect(await vpcIds()).not.to.include(outputs.vpcId);
    expect(await publishedVersions(functionName)).to.deep.equal(["5"]);
    // Lambda deletes the interfaces in the group with the permissions of the old policy.
    const group = output.search(/SecurityGroup fetcher-function deleted/);
    const policy = output.search(/RolePolicy fetcher-permissions deleting original/);
    expect(group).to.be.within(0, policy);
    expect((await functionConfiguration(functionName)).VpcConfig?.SubnetIds ?? []).to.deep.equal([]);
    expect(await answerOf()).to.deep.equal(answer("second"));
  });
});
