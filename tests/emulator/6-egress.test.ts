import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { functionConfiguration, invoke, rulesOf } from "./lab/aws.js";
import { configure, copyProgram, linkModules, type Outputs, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "egress";
/** The emulator takes ipv6AllowedForDualStack and forgets it, so what it holds has no IPv6: the only proofs that fail. */
const FORGOTTEN = ["fetcher reach internet over IPv6:443", "log-producer reach sns:443"];
const INTERNET = ["egress tcp 443 0.0.0.0/0", "egress tcp 443 ::/0"];

// Uses a separate program and stack, which no other file uses.
describe("ways out of a VPC", () => {
  const folder = copyProgram("egress");
  let outputs: Outputs;

  const deploy = async (settings: object) => {
    configure(folder, STACK, {
      networking: "vpc",
      vpc: { cidrBlock: "10.50.0.0/16", availabilityZones: 1, nat: "single", ipv6: true },
      parameters: { path: "/lambda-networking/egress", values: { greeting: "hello" } },
      logPipeline: { via: "ipv6" },
      ...settings,
    });
    await up(folder, STACK);
    outputs = await outputsOf(folder, STACK);
  };

  const failures = async () => {
    const file = join(folder, "export.json");
    await pulumi(folder, "stack", "export", "--stack", STACK, "--file", file);
    const graph = graphFromResources(resourcesFromExport(JSON.parse(readFileSync(file, "utf8"))));
    return proofReports(graph).flatMap(({ id, ok, failure }) => {
      if (!ok) expect(failure?.reason).to.contain("has no IPv6 address");
      return ok ? [] : [id];
    });
  };

  const online = (internetAccess: boolean) => ({ function: { ...KNOWN_RUNTIME, internetAccess } });

  before(async () => {
    linkModules(folder);
    configure(folder, STACK, { networking: "public" });
    await pulumi(folder, "stack", "init", STACK);
    await deploy(online(true));
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("lets the function out over IPv4 and IPv6, and proves it of what is deployed", async () => {
    const { VpcConfig } = await functionConfiguration(outputs.functionName);
    const rules = await rulesOf(VpcConfig?.SecurityGroupIds[0] ?? "");
    expect(rules).to.include.members(INTERNET);
    expect(await failures()).to.have.members(FORGOTTEN);
  });

  it("tells the producer's SDK to call the dual-stack name of SNS, and makes no endpoint of SNS", async () => {
    const { Environment, VpcConfig } = await functionConfiguration(outputs.logProducerName);
    expect(Environment.Variables).to.include({ AWS_USE_DUALSTACK_ENDPOINT: "true" });
    expect(await rulesOf(VpcConfig?.SecurityGroupIds[0] ?? "")).to.deep.equal(["egress tcp 443 ::/0"]);
    // Of SSM and of the API.
    expect(outputs.interfaceEndpointIds).to.have.length(2);
  });

  it("reads parameters by the same rule after the endpoint is gone, without a second rule, which AWS refuses", async () => {
    await deploy({ ...online(true), endpoints: { ssm: false } });
    const { VpcConfig } = await functionConfiguration(outputs.functionName);
    expect(await rulesOf(VpcConfig?.SecurityGroupIds[0] ?? "")).to.include("egress tcp 443 0.0.0.0/0");
    expect(await failures()).to.have.members(FORGOTTEN);
    expect((await invoke(outputs.functionName)).failed).to.equal(false);
  });
});
