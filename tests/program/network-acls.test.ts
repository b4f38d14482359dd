import { expect } from "chai";
import fc from "fast-check";
import { graphFromResources } from "../../preflight/graph/index.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import { labelOf, type Proof, parsePlace, proveIntents, trace } from "../../preflight/reachability/index.js";
import { change } from "../support/mutations.js";
import { build, type Settings, synthesisOf } from "../support/stacks.js";

const ACL = "aws:ec2/networkAcl:NetworkAcl";

/** Proofs of a stack that do not hold, with and without network ACLs. */
async function failures(settings: Settings & { readonly vpc: object }, networkAcls: boolean) {
  const vpc = { ...settings.vpc, networkAcls };
  const { resources } = await synthesisOf("prod", { ...settings, vpc });
  return proveIntents(graphFromResources(resources))
    .filter(({ ok }) => !ok)
    .map(nameOf);
}

const nameOf = ({ intent: { from, to, must } }: Proof) => `${labelOf(from)} ${must} ${labelOf(to)}`;

const settings = fc.record({
  vpc: fc.record({
    // A database needs two zones.
    availabilityZones: fc.constantFrom(2, 3),
    nat: fc.constantFrom("none", "single", "perAz", "regional", "instance"),
    ipv6: fc.boolean(),
    functionSubnets: fc.constantFrom<unknown>(false, true),
  }),
  endpoints: fc.record({
    ssm: fc.constantFrom<unknown>({}, { privateDns: false }, { allowFrom: ["172.20.0.0/16"] }),
    executeApi: fc.record({ allowFrom: fc.constantFrom(["privateSubnets"], ["10.99.0.0/16"]) }),
    dynamodb: fc.boolean(),
    others: fc.constantFrom<unknown>({}, { secretsmanager: { allowFrom: ["sg-0123456789abcdef0"] } }),
  }),
  parts: fc.constantFrom<Settings>(
    {},
    { logPipeline: {} },
    { database: {}, function: { reservedConcurrency: 10 } },
    { messageStore: {} },
  ),
});

describe("vpc.networkAcls", () => {
  it("is off by default", async () => {
    expect((await build("prod")).ofType("ec2/networkAcl:NetworkAcl")).to.deep.equal([]);
  });

  it("never cuts what must work: every proof that holds without the ACLs holds with them", () =>
    fc.assert(
      fc.asyncProperty(settings, async ({ vpc, endpoints, parts }) => {
        const all = { ...parts, vpc: { cidrBlock: "10.20.0.0/16", ...vpc }, endpoints };
        expect(await failures(all, true)).to.deep.equal(await failures(all, false));
      }),
      { numRuns: 8 },
    )).timeout(180_000);

  it("closes what nothing needs, also where a security group lets it through", async () => {
    const { resources } = await synthesisOf("prod", { vpc: { nat: "perAz", networkAcls: true } });
    const opened = change(
      "fetcher-to-ssm",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      () => ({
        referencedSecurityGroupId: undefined,
        cidrIpv4: "0.0.0.0/0",
        fromPort: 0,
        toPort: 65535,
      }),
    )(resources);
    const graph = graphFromResources(opened);
    const to = (address: string) => {
      const verdict = trace(graph, parsePlace("fetcher", graph), parsePlace(address, graph));
      return verdict.status === "blocked" ? verdict.code : verdict.status;
    };
    expect(to("93.184.215.14:443")).to.equal("reachable");
    expect(to("93.184.215.14:22")).to.equal("SUBNET_ACL_RESTRICTION");
  });

  for (const [what, mutation] of [
    ["answers of the endpoints", { ingress: [] }],
    ["calls to the endpoints", { egress: [] }],
  ] as const) {
    it(`is on the path of the proofs: without ${what} the function reads nothing`, async () => {
      const { resources } = await synthesisOf("prod", { vpc: { networkAcls: true } });
      const cut = change("vpc-private", ACL, () => mutation)(resources);
      const failed = proveIntents(graphFromResources(cut)).filter(({ ok }) => !ok);
      expect(failed.map(nameOf).join("\n")).to.match(/fetcher.*ssm/);
    });
  }

  it("lets the front door's NGINX be asked and be checked, also without a way out of the VPC", async () => {
    const { resources } = await synthesisOf("prod", {
      vpc: { nat: "none", networkAcls: true },
      endpoints: { s3: true, others: { "ecr.api": {}, "ecr.dkr": {}, logs: {} } },
      frontDoor: {
        kind: "proxy",
        scheme: "internet-facing",
        domainName: "api.example.com",
        certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab",
        allowFrom: ["203.0.113.0/24"],
        routes: [{ path: "/messages" }],
        proxy: { image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/nginx@sha256:${"ab".repeat(32)}` },
      },
    });
    const graph = graphFromResources(resources);
    for (const port of [8080, 8081]) {
      const verdict = trace(
        graph,
        parsePlace("front-door", graph),
        parsePlace("front-door-proxy", graph),
        port,
      );
      expect(verdict.status === "blocked" ? verdict.code : verdict.status, String(port)).to.equal(
        "reachable",
      );
    }
  });

  it("exists before what must pass it", async () => {
    const { resources } = await synthesisOf("prod", { vpc: { nat: "perAz", networkAcls: true } });
    expect(checkOrder(graphFromResources(resources)).late).to.deep.equal([]);
  });
});
