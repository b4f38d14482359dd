import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import { inMode } from "./example.js";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd";
const US_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd";
const PEER = { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.40.0.0/16", routeTableIds: ["rtb-0a1b2c3d"] };

type Api = Readonly<Record<string, unknown>>;

/** `key: value` of each mistake, with its fix. */
function issuesIn(api: Api, more: Readonly<Record<string, unknown>> = { networking: "vpc" }): string[] {
  const { issues = [] } = parseConfig(inMode({ ...more, api }), "eu-west-1");
  return issues.map(({ key, value, fix }) => `${key}: ${value}. ${fix}`);
}

const domain = (settings: object, name = "api.example.com") => ({ domains: { [name]: settings } });
const peers = (...settings: object[]) => ({
  sharing: { peers: Object.fromEntries(settings.map((peer, index) => [`peer${index}`, peer])) },
});

describe("parseConfig: api.domains", () => {
  for (const { type, certificateArn } of [
    { type: "PRIVATE", certificateArn: CERTIFICATE },
    { type: "REGIONAL", certificateArn: CERTIFICATE },
    { type: "EDGE", certificateArn: US_CERTIFICATE },
  ]) {
    it(`accepts a domain name with a certificate of a matching Region (${type} API), and defaults to the root path`, () => {
      const { config } = parseConfig(
        { networking: "vpc", api: { endpointType: type, ...domain({ certificateArn }) } },
        "eu-west-1",
      );
      expect(config?.api.domains["api.example.com"]?.basePaths).to.deep.equal(["(none)"]);
    });
  }

  it("rejects a certificate outside us-east-1 for an EDGE API", () => {
    expect(issuesIn({ endpointType: "EDGE", ...domain({ certificateArn: CERTIFICATE }) })).to.deep.equal([
      `api.domains["api.example.com"].certificateArn: "${CERTIFICATE}". An EDGE API's certificate is in us-east-1, ` +
        "whatever the stack's region. It is in eu-west-1. Write the ARN of one in us-east-1.",
    ]);
  });

  for (const type of ["PRIVATE", "REGIONAL"]) {
    it(`rejects a certificate outside the stack's region for a ${type} API`, () => {
      const [found, ...more] = issuesIn({
        endpointType: type,
        ...domain({ certificateArn: US_CERTIFICATE }),
      });
      expect(found).to.contain(
        `A ${type} API's certificate is in the stack's own region (aws:region), eu-west-1. ` +
          "It is in us-east-1. Write the ARN of one in eu-west-1.",
      );
      expect(more).to.deep.equal([]);
    });
  }

  it("accepts base paths of several levels only for a REGIONAL API", () => {
    const settings = { certificateArn: CERTIFICATE, basePaths: ["(none)", "messages/v1"] };
    expect(issuesIn({ endpointType: "REGIONAL", ...domain(settings) })).to.deep.equal([]);
    expect(issuesIn({ endpointType: "PRIVATE", ...domain(settings) })).to.deep.equal([
      'api.domains["api.example.com"].basePaths: "messages/v1". Only a REGIONAL API has base paths of several ' +
        "levels. Write one level, such as messages-v1.",
    ]);
  });

  it("rejects a base path of more than 300 characters", () => {
    const settings = { certificateArn: CERTIFICATE, basePaths: ["x".repeat(301)] };
    expect(issuesIn(domain(settings))[0]).to.contain("has at most 300 characters");
  });

  it("rejects a wildcard domain name", () => {
    const [found] = issuesIn(domain({ certificateArn: CERTIFICATE }, "*.example.com"));
    expect(found).to.contain("a wildcard is for certificates");
  });

  it("reports mistakes in domain names even if other settings are invalid", () => {
    const found = issuesIn(
      {
        endpointType: "EDGE",
        stageName: "v 1",
        ...domain({ certificateArn: CERTIFICATE, basePaths: ["a/b"] }),
      },
      { networking: "vpc", vpc: { nat: "perZone" } },
    );
    expect(found.map((text) => text.split(":")[0])).to.have.members([
      "vpc.nat",
      "api.stageName",
      'api.domains["api.example.com"].certificateArn',
      'api.domains["api.example.com"].basePaths',
    ]);
  });
});

describe("parseConfig: api.sharing", () => {
  it("rejects each sharing setting if the API is on the internet", () => {
    const sharing = { vpcs: ["vpc-0a1b2c3d"], vpcEndpoints: ["vpce-0a1b2c3d"], peers: { near: PEER } };
    const found = issuesIn({ sharing }, { networking: "public" });
    expect(found.map((text) => text.split(":")[0])).to.have.members([
      "api.sharing.vpcs",
      "api.sharing.vpcEndpoints",
      "api.sharing.peers",
    ]);
    for (const text of found) expect(text).to.contain("A REGIONAL API is open to everybody. Leave it out");
    expect(issuesIn({ endpointType: "EDGE", sharing })).to.have.length(3);
  });

  it("accepts sharing settings if the API is private", () => {
    const sharing = { vpcs: ["vpc-0a1b2c3d"], vpcEndpoints: ["vpce-0a1b2c3d"], peers: { near: PEER } };
    expect(issuesIn({ sharing })).to.deep.equal([]);
  });

  it("rejects accounts if no method requires signed calls", () => {
    const sharing = { accounts: ["111122223333"] };
    expect(issuesIn({ sharing })).to.deep.equal([
      "api.sharing.accounts: [\"111122223333\"]. A caller's account is known of signed calls only. Name the callers' endpoints in " +
        "api.sharing.vpcEndpoints, or set: pulumi config set --path 'api.methods[\"GET /messages\"].authorization' AWS_IAM",
    ]);
    const methods = { "GET /messages": { authorization: "AWS_IAM" } };
    expect(issuesIn({ sharing, methods })).to.deep.equal([]);
  });
});

describe("parseConfig: api.sharing.peers", () => {
  it("rejects a peer's block that overlaps the VPC's or another peer's", () => {
    const other = { ...PEER, vpcId: "vpc-0a1b2c3e", cidrBlock: "10.40.128.0/17" };
    const found = issuesIn(peers({ ...PEER, vpcId: "vpc-0a1b2c3f", cidrBlock: "10.0.8.0/24" }, PEER, other));
    expect(found).to.deep.equal([
      'api.sharing.peers.peer0.cidrBlock: "10.0.8.0/24". It overlaps vpc.cidrBlock, 10.0.0.0/16, and AWS peers ' +
        "no VPCs with the same addresses. Write another VPC's block.",
      'api.sharing.peers.peer2.cidrBlock: "10.40.128.0/17". It overlaps api.sharing.peers.peer1.cidrBlock, ' +
        "10.40.0.0/16, and AWS peers no VPCs with the same addresses. Write another VPC's block.",
    ]);
  });

  it("rejects an external id without the role that asks for it", () => {
    const roleArn = "arn:aws:iam::444455556666:role/accept-peering";
    expect(issuesIn(peers({ ...PEER, externalId: "shop-7f3a", roleArn }))).to.deep.equal([]);
    expect(issuesIn(peers({ ...PEER, externalId: "shop-7f3a" }))).to.deep.equal([
      'api.sharing.peers.peer0.externalId: "shop-7f3a". Without roleArn no role is assumed. Write roleArn too, or leave it out.',
    ]);
  });

  it("rejects two peers with the same VPC", () => {
    expect(issuesIn(peers(PEER, { ...PEER, cidrBlock: "10.50.0.0/16" }))).to.deep.equal([
      'api.sharing.peers.peer1.vpcId: "vpc-0a1b2c3d". api.sharing.peers.peer0 has the same VPC. Keep one of them.',
    ]);
  });

  it("rejects a peer without a route table, because its answers could not return", () => {
    const [found] = issuesIn(peers({ ...PEER, routeTableIds: [] }));
    expect(found).to.contain(
      "api.sharing.peers.peer0.routeTableIds: []. Without a route back no answer arrives.",
    );
  });

  it("rejects a peer's block that is in endpoints.executeApi.allowFrom, because AWS refuses a duplicate rule", () => {
    const more = { networking: "vpc", endpoints: { executeApi: { allowFrom: ["10.40.0.0/16"] } } };
    expect(issuesIn(peers(PEER), more)[0]).to.contain("allowFrom has it too");
  });
});
