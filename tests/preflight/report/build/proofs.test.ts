import { expect } from "chai";
import { synthesizeProgram } from "../../../../cli/lib/program.js";
import {
  graphFromResources,
  resourcesFromExport,
  type SourceResource,
  UNKNOWN,
} from "../../../../preflight/graph/index.js";
import { proofReports } from "../../../../preflight/report/build/proofs.js";
import { isRecord } from "../../../../preflight/resources/read.js";
import type { StackFile } from "../../../../preflight/sources/stack-files.js";
import { exportOf } from "../../../support/stack-export.js";
import { stackFile } from "../../../support/stacks.js";

const NAMESPACE = "lambda-networking";

describe("proofReports", () => {
  it("returns the same proofs from the mocks and from an export of the deployed stack", async () => {
    for (const stack of ["dev", "prod"]) {
      const synthesis = await synthesizeProgram(stackFile(stack));
      const before = proofReports(graphFromResources(synthesis.resources));
      const deployed = resourcesFromExport(JSON.parse(JSON.stringify(exportOf(synthesis))));
      expect(proofReports(graphFromResources(deployed))).to.deep.equal(before);
      expect(before.every(({ ok }) => ok)).to.equal(true);
    }
  });

  it("never decides a proof by an unknown value at a first preview", async () => {
    for (const stack of ["dev", "prod"]) {
      const known = proofReports(graphFromResources((await synthesizeProgram(stackFile(stack))).resources));
      const preview = await synthesizeProgram(stackFile(stack), { preview: true });
      for (const proof of proofReports(graphFromResources(preview.resources))) {
        const same = known.find(({ id }) => id === proof.id);
        expect(same, proof.id).not.to.equal(undefined);
        if (proof.verdict.status === "unknown") expect(proof.ok, proof.id).to.equal(false);
        else expect(proof.verdict.status, proof.id).to.equal(same?.verdict.status);
      }
    }
  });

  const shapes: [what: string, changes: Record<string, Record<string, unknown>>][] = [
    ["without a NAT gateway", { vpc: { nat: "none" } }],
    ["with a single NAT gateway", { vpc: { nat: "single" } }],
    ["with a regional NAT gateway", { vpc: { nat: "regional" } }],
    ["with IPv6", { vpc: { ipv6: true } }],
    ["in three zones", { vpc: { availabilityZones: 3 } }],
    ["with SSM through NAT", { endpoints: { ssm: false } }],
    ["with the SSM endpoint's private DNS off", { endpoints: { ssm: { privateDns: false } } }],
    ["with the execute-api endpoint's private DNS off", { endpoints: { executeApi: { privateDns: false } } }],
    ["with more endpoints", { endpoints: { s3: true, others: { secretsmanager: {}, kms: {} } } }],
  ];
  for (const [what, changes] of shapes) {
    it(`proves every intent of prod ${what}`, async () => {
      const { resources } = await synthesizeProgram(changed("prod", changes));
      const proofs = proofReports(graphFromResources(resources));
      expect(proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(proofs).to.have.length.greaterThan(5);
    });
  }

  it("refutes one intent of prod with neither a NAT gateway nor an SSM endpoint", async () => {
    const { resources } = await synthesizeProgram(
      changed("prod", { vpc: { nat: "none" }, endpoints: { ssm: false } }),
    );
    const failed = proofReports(graphFromResources(resources)).filter(({ ok }) => !ok);
    expect(failed.map(({ id }) => id)).to.deep.equal(["fetcher reach ssm:443"]);
    expect(failed[0]?.verdict.status).to.equal("blocked");
  });

  it("names the address of the private API if its endpoint has no private DNS", async () => {
    const { resources } = await synthesizeProgram(
      changed("prod", { endpoints: { executeApi: { privateDns: false } } }),
    );
    const [proof] = proofReports(graphFromResources(resources)).filter(
      ({ to, must }) => to === "GET /messages" && must === "reach",
    );
    expect(proof?.verdict.status).to.equal("reachable");
    const name = proof?.verdict.status === "reachable" ? proof.verdict.name : undefined;
    expect(name).to.match(/vpce-/);
  });

  it("returns an unknown verdict, and no success, if a policy is a secret", async () => {
    const { resources } = await synthesizeProgram(stackFile("prod"));
    const hidden = resources.map(
      (resource): SourceResource =>
        resource.name === "ssm-endpoint" && resource.type.endsWith(":VpcEndpoint")
          ? { ...resource, properties: { ...resource.properties, policy: UNKNOWN } }
          : resource,
    );
    const proof = proofReports(graphFromResources(hidden)).find(({ id }) => id === "fetcher reach ssm:443");
    expect(proof).to.include({ ok: false });
    expect(proof?.verdict.status).to.equal("unknown");
  });
});

/** A stack with some of its configuration changed. */
function changed(stack: string, changes: Record<string, Record<string, unknown>>): StackFile {
  const file = stackFile(stack);
  const config = { ...file.config };
  for (const [key, values] of Object.entries(changes)) {
    const name = `${NAMESPACE}:${key}`;
    const before: unknown = JSON.parse(config[name] ?? "{}");
    config[name] = JSON.stringify({ ...(isRecord(before) ? before : {}), ...values });
  }
  return { ...file, config };
}
