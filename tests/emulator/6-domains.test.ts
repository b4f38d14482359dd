import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  basePaths,
  domainName,
  makeCertificate,
  makeConsumerVpc,
  peering,
  peeringRoutes,
  privateZones,
  removeConsumerVpc,
  restApi,
  rulesOf,
  vpcEndpoints,
} from "./lab/aws.js";
import { configure, copyProgram, linkModules, type Outputs, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const PUBLIC_NAME = "api.example.com";
const PRIVATE_NAME = "api.example.internal";
const FRIEND = "vpce-0a1b2c3d4e5f60718";

/** Types that the emulator does not support, or that the tested version of its plugin does not accept. */
const UNKNOWN_THERE = ["**domainNameAccessAssociation**", "**route53/record**"];

/**
 * Changes a copy of the program so that its stage waits for no DNS record. The plugin does not accept the record, and the
 * engine cannot save a stage that depends on what an update leaves out.
 */
function stageWithoutRecord(file: string): void {
  const program = readFileSync(file, "utf8");
  const edited = program.replace(/\.\.\.(nameForPeers\([^)]*\)),/, "...$1.slice(0, 0),");
  expect(edited).not.to.equal(program);
  writeFileSync(file, edited);
}

describe("domain names and shared APIs", () => {
  const folder = copyProgram("domains");
  let open: Outputs;
  let shared: Outputs;
  let consumer: { readonly vpcId: string; readonly routeTableId: string };

  const deploy = async (stack: string): Promise<Outputs> => {
    await pulumi(folder, "stack", "init", stack);
    await up(folder, stack, ...UNKNOWN_THERE.flatMap((pattern) => ["--exclude", pattern]));
    return outputsOf(folder, stack);
  };

  before(async () => {
    linkModules(folder);
    stageWithoutRecord(join(folder, "program/api.ts"));
    consumer = await makeConsumerVpc("10.40.0.0/16");
    const [publicCertificate, privateCertificate] = await Promise.all(
      [PUBLIC_NAME, PRIVATE_NAME].map(makeCertificate),
    );
    const common = (path: string) => ({ function: KNOWN_RUNTIME, parameters: { path } });
    configure(folder, "open", {
      ...common("/domains/open"),
      networking: "public",
      api: {
        domains: { [PUBLIC_NAME]: { certificateArn: publicCertificate, basePaths: ["(none)", "shop"] } },
      },
    });
    configure(folder, "shared", {
      ...common("/domains/shared"),
      networking: "vpc",
      vpc: { cidrBlock: "10.30.0.0/16", availabilityZones: 1 },
      api: {
        domains: { [PRIVATE_NAME]: { certificateArn: privateCertificate } },
        sharing: {
          vpcEndpoints: [FRIEND],
          peers: {
            shop: {
              vpcId: consumer.vpcId,
              cidrBlock: "10.40.0.0/16",
              routeTableIds: [consumer.routeTableId],
            },
          },
        },
      },
    });
  });

  it("deploy, each with its kind of networking", async () => {
    [open, shared] = await Promise.all([deploy("open"), deploy("shared")]);
  });

  it("have a REGIONAL name with its certificate and base paths", async () => {
    const domain = await domainName(PUBLIC_NAME);
    expect(domain.endpointConfiguration.types).to.deep.equal(["REGIONAL"]);
    expect(domain.regionalCertificateArn).to.contain(":acm:eu-west-1:");
    expect(domain.securityPolicy).to.equal("TLS_1_2");
    expect(await basePaths(PUBLIC_NAME)).to.deep.equal(["(none)", "shop"]);
    expect(open.apiUrl).to.equal(`https://${PUBLIC_NAME}`);
    expect(open.apiDomainNames).to.deep.equal([PUBLIC_NAME]);
  });

  it("have a PRIVATE name that resolves in the stack's VPC and the consumer's", async () => {
    const domain = await domainName(PRIVATE_NAME);
    expect(domain.endpointConfiguration.types).to.deep.equal(["PRIVATE"]);
    expect(domain.certificateArn).to.contain(":acm:eu-west-1:");
    expect((await privateZones())[PRIVATE_NAME]).to.have.members([shared.vpcId, consumer.vpcId]);
    expect(shared.apiUrl).to.equal(`https://${PRIVATE_NAME}`);
  });

  it("have the API's own name resolve in both VPCs too", async () => {
    const name = `${shared.apiId}.execute-api.eu-west-1.amazonaws.com`;
    expect((await privateZones())[name]).to.have.members([shared.vpcId, consumer.vpcId]);
    expect(shared.apiInvokeUrls).to.deep.include({
      from: "inside the VPC of peer shop",
      url: `https://${name}/v1`,
    });
  });

  it("connect the two VPCs, with routes both ways", async () => {
    const [id = "", ...more] = shared.peeringConnectionIds;
    expect(more).to.deep.equal([]);
    expect(await peering(id)).to.deep.equal({
      status: "active",
      requester: shared.vpcId,
      accepter: consumer.vpcId,
    });
    expect(await peeringRoutes(consumer.routeTableId)).to.deep.equal([`10.30.0.0/16 ${id}`]);
  });

  it("let the consumer in at the execute-api endpoint, and at no other", async () => {
    const endpoints = (await vpcEndpoints(shared.vpcId)).filter(({ type }) => type === "Interface");
    const letIn: string[] = [];
    for (const { service, securityGroupId = "" } of endpoints) {
      if ((await rulesOf(securityGroupId)).includes("ingress tcp 443 10.40.0.0/16")) letIn.push(service);
    }
    expect(endpoints).to.have.length(2);
    expect(letIn).to.deep.equal(["execute-api"]);
  });

  it("deny calls through any endpoint but the stack's and the friend's", async () => {
    const { policy } = await restApi(shared.apiId);
    const refusals = JSON.parse(policy).Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === "Deny",
    );
    expect(refusals).to.have.length(1);
    expect(refusals[0].Condition).to.deep.equal({
      StringNotEquals: { "aws:SourceVpce": [shared.executeApiEndpointId, FRIEND] },
    });
  });

  it("leave the consumer's VPC without a route after their removal", async () => {
    for (const stack of ["shared", "open"]) {
      await pulumi(folder, "destroy", "--stack", stack, "--yes", "--skip-preview");
    }
    expect(await peeringRoutes(consumer.routeTableId)).to.deep.equal([]);
    await removeConsumerVpc(consumer);
  });
});
