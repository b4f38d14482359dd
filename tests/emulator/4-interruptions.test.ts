import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { deleteFunction, deleteParameter, deleteVpcEndpoint, getMessages } from "./lab/aws.js";
import {
  deleteLeftovers,
  leftoversOf,
  loseMachine,
  pressCtrlC,
  stateOf,
  until,
} from "./lab/interruptions.js";
import {
  configure,
  copyProgram,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  startPulumi,
  tryPulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "halted";
const UPDATE = ["up", "--stack", STACK, "--yes", "--skip-preview"];
const ANSWER = { status: 200, body: { messages: { greeting: "still here" } } };

// What the README says to type after each, in its order.
describe("a stack in a VPC whose updates are interrupted", () => {
  const folder = copyProgram("halted");
  let outputs: Outputs;

  before(async () => {
    linkModules(folder);
    configure(folder, STACK, {
      networking: "vpc",
      vpc: { nat: "none" },
      function: KNOWN_RUNTIME,
      parameters: { path: "/halted", values: { greeting: "still here" } },
    });
    await pulumi(folder, "stack", "init", STACK);
  });
  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  const expectWhole = async () => {
    outputs = await outputsOf(folder, STACK);
    expect(await getMessages(outputs.apiId)).to.deep.equal(ANSWER);
    const state = await stateOf(folder, STACK);
    expect(state.pending).to.deep.equal([]);
    expect(await leftoversOf(state)).to.deep.equal({ endpoints: [], functions: [] });
    const proofs = proofReports(graphFromResources(resourcesFromExport(JSON.parse(state.text))));
    expect(proofs).to.have.length.above(5);
    expect(proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
  };

  it("ends what it has begun at Ctrl-C, notes it and leaves no lock", async () => {
    const update = startPulumi(folder, UPDATE);
    await until(update, /aws:ec2:Subnet \S+ creating/);
    pressCtrlC(update);
    expect((await update.ended).status).not.to.equal(0);
    const { pending, vpcId } = await stateOf(folder, STACK);
    expect(pending).to.deep.equal([]);
    expect(vpcId).to.match(/^vpc-/);
  });

  it("takes that up at the next update, whose machine is lost: a lock stays", async () => {
    // One at a time, so that it is known what was in the making. Whatever else was, the README treats alike.
    const update = startPulumi(folder, [...UPDATE, "--parallel", "1"]);
    await until(update, /aws:ec2:VpcEndpoint ssm-endpoint creating/);
    await new Promise((resolve) => setTimeout(resolve, 300)); // it is told first and noted then
    loseMachine(update);
    await update.ended;
    const refused = await tryPulumi(folder, ...UPDATE);
    expect(refused.status).not.to.equal(0);
    expect(refused.output).to.match(/currently locked.*pulumi cancel/s);
  });

  it("is whole again after cancel, deleting what was left over, refresh and up", async () => {
    await pulumi(folder, "cancel", "--stack", STACK, "--yes");
    const state = await stateOf(folder, STACK);
    expect(state.pending).to.deep.equal(["ssm-endpoint"]);
    await deleteLeftovers(state);
    await pulumi(folder, "refresh", "--stack", STACK, "--yes", "--skip-preview", "--clear-pending-creates");
    await up(folder, STACK);
    await expectWhole();
  });

  it("is whole again after refresh and up, if its parameter, endpoint and function were deleted by hand", async () => {
    await deleteParameter("/halted/greeting");
    await deleteVpcEndpoint(outputs.interfaceEndpointIds[0] ?? "");
    await deleteFunction(outputs.functionName);
    await pulumi(folder, "refresh", "--stack", STACK, "--yes", "--skip-preview");
    const before = outputs;
    await up(folder, STACK);
    await expectWhole();
    const { apiId, apiUrl } = outputs;
    expect({ apiId, apiUrl }).to.deep.equal({ apiId: before.apiId, apiUrl: before.apiUrl });
    expect(outputs.functionName).not.to.equal(before.functionName);
  });
});
