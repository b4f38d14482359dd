import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { formatBlock, ipv4Block, overlaps, part } from "../../preflight/aws/cidr.js";
import { secondaryBlockFault } from "../../preflight/aws/secondary-blocks.js";
import type { Raw } from "./example.js";

const vpc = (settings: object, more: object = {}): Raw => ({ networking: "vpc", vpc: settings, ...more });
const told = (raw: Raw) =>
  (parseConfig(raw, "eu-west-1").issues ?? []).map(({ key, fix }) => `${key}: ${fix}`);

const EXISTING = {
  id: "vpc-0123456789abcdef0",
  subnets: { "eu-west-1a": "subnet-0123456789abcdef0", "eu-west-1b": "subnet-0123456789abcdef1" },
};
const existing = (settings: object = {}, more: object = {}) =>
  vpc({ existing: { ...EXISTING, ...settings } }, more);

describe("secondaryBlockFault", () => {
  const fault = (block: string, primary: string, ...others: string[]) =>
    secondaryBlockFault(ipv4Block(block), [ipv4Block(primary), ...others.map(ipv4Block)], false);

  // The rows of https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
  for (const [primary, block, others, expected] of [
    ["10.20.0.0/16", "100.64.0.0/16", [], undefined],
    ["10.20.0.0/16", "10.21.0.0/16", [], undefined],
    ["10.20.0.0/16", "172.16.0.0/16", [], "of 172.16.0.0/12"],
    ["10.20.0.0/16", "192.168.0.0/16", [], "of 192.168.0.0/16"],
    ["10.20.0.0/16", "198.19.0.0/20", [], "reserved"],
    ["10.1.0.0/16", "10.0.0.0/16", [], "of 10.0.0.0/15"],
    ["10.0.0.0/20", "10.0.16.0/20", [], "of 10.0.0.0/15"],
    ["10.20.0.0/16", "10.0.0.0/16", [], undefined],
    ["10.20.0.0/16", "10.0.0.0/16", ["10.1.0.0/16"], "of 10.0.0.0/15"],
    ["10.0.0.0/16", "10.1.0.0/16", [], undefined],
    ["172.16.0.0/16", "172.18.0.0/16", [], undefined],
    ["172.16.0.0/16", "172.31.0.0/20", [], "172.31.0.0/16"],
    ["172.16.0.0/16", "10.0.0.0/16", [], "of 10.0.0.0/8"],
    ["192.168.0.0/20", "192.168.16.0/20", [], undefined],
    ["192.168.0.0/20", "10.0.0.0/16", [], "of 10.0.0.0/8"],
    ["100.64.0.0/16", "10.0.0.0/16", [], "of 10.0.0.0/8"],
    ["100.64.0.0/16", "100.65.0.0/16", [], undefined],
    ["10.20.0.0/16", "10.20.5.0/24", [], "overlaps"],
    ["10.20.0.0/16", "100.64.0.0/10", [], "/16 to a /28"],
    ["10.20.0.0/16", "100.64.0.0/29", [], "/16 to a /28"],
    ["10.20.0.0/16", "8.8.0.0/16", [], "allowPublicCidrBlock"],
  ] as const) {
    it(`${expected === undefined ? "takes" : "refuses"} ${block} beside ${[primary, ...others].join(", ")}`, () => {
      const found = fault(block, primary, ...others);
      if (expected === undefined) expect(found).to.equal(undefined);
      else expect(found).to.contain(expected);
    });
  }

  it("takes no block that overlaps another one", () => {
    const block = fc
      .tuple(fc.integer({ min: 16, max: 28 }), fc.nat(2 ** 16 - 1))
      .map(([prefix, n]) => part(ipv4Block("100.64.0.0/10"), prefix - 10, n % 2 ** (prefix - 10)));
    fc.assert(
      fc.property(block, block, (one, other) => {
        const found = secondaryBlockFault(one, [ipv4Block("10.20.0.0/16"), other], false);
        expect(found !== undefined, `${formatBlock(one)} ${formatBlock(other)}`).to.equal(
          overlaps(one, other),
        );
      }),
    );
  });
});

describe("the checks of a network that outgrows the default", () => {
  it("take a tier of functions in a secondary block", () => {
    const raw = vpc({
      secondaryCidrBlocks: ["100.64.0.0/16"],
      functionSubnets: { cidrBlock: "100.64.0.0/16" },
    });
    expect(told(raw)).to.deep.equal([]);
  });

  it("refuse a tier of functions that is in no block, or too small for its slots", () => {
    const secondaryCidrBlocks = ["100.64.0.0/16"];
    const told1 = told(vpc({ secondaryCidrBlocks, functionSubnets: { cidrBlock: "100.65.0.0/16" } }));
    expect(told1.join()).to.contain("It is in none of vpc.secondaryCidrBlocks.");
    const small = told(vpc({ secondaryCidrBlocks, functionSubnets: { cidrBlock: "100.64.0.0/26" } }));
    expect(small.join()).to.contain("Write a /25 or larger.");
  });

  it("refuse a caller that is a subnet of functions, which privateSubnets has already", () => {
    const raw = vpc(
      { functionSubnets: true },
      // The seventh eighth of the first slot of 10.0.0.0/16.
      { endpoints: { ssm: { allowFrom: ["privateSubnets", "10.0.24.0/22"] } } },
    );
    expect(told(raw).join()).to.contain("It is a private subnet of zone a");
  });

  it("ask for the block that is allocated from a pool", () => {
    const ipamPoolId = "ipam-pool-0123456789abcdef0";
    expect(told(vpc({ ipamPoolId })).join()).to.contain("--preview-next-cidr");
    expect(told(vpc({ ipamPoolId, cidrBlock: "10.20.0.0/16" }))).to.deep.equal([]);
  });

  it("refuse peers with the addresses of a secondary block or of a route to the transit gateway", () => {
    const peer = { vpcId: "vpc-0a1b2c3d", cidrBlock: "100.64.0.0/20", routeTableIds: ["rtb-0a1b2c3d"] };
    const api = { sharing: { peers: { partner: peer } } };
    expect(told(vpc({ secondaryCidrBlocks: ["100.64.0.0/16"] }, { api })).join()).to.contain(
      "It overlaps vpc.secondaryCidrBlocks, 100.64.0.0/16",
    );
    const transitGateway = { id: "tgw-0a1b2c3d", routes: ["100.64.0.0/12"] };
    expect(told(vpc({ transitGateway }, { api })).join()).to.contain(
      "vpc.transitGateway.routes: It overlaps",
    );
  });

  it("refuse a default route to the transit gateway, and what AWS routes nowhere", () => {
    const routes = ["0.0.0.0/0", "169.254.169.0/24", "10.50.0.0/16", "10.0.0.0/8"];
    const found = told(vpc({ transitGateway: { id: "tgw-0a1b2c3d", routes } }));
    expect(found).to.have.length(2);
    expect(found[0]).to.contain("The way to the internet is vpc.nat");
    expect(found[1]).to.contain("AWS routes nothing to 169.254.168.0/22");
  });

  it("take an existing VPC by its id and its subnets", () => {
    expect(told(existing())).to.deep.equal([]);
  });

  for (const [name, value] of Object.entries({
    cidrBlock: "10.20.0.0/16",
    nat: "single",
    ipv6: true,
    flowLogs: {},
    functionSubnets: true,
    secondaryCidrBlocks: ["100.64.0.0/16"],
    transitGateway: { id: "tgw-0a1b2c3d", routes: ["10.50.0.0/16"] },
    availabilityZones: 3,
  })) {
    it(`refuse vpc.${name} beside vpc.existing, whose owner decides it`, () => {
      expect(told(vpc({ existing: EXISTING, [name]: value })).join()).to.contain(
        `vpc.${name}: The VPC of vpc.existing is its owner's`,
      );
    });
  }

  it("refuse a front door, a database and peers in an existing VPC", () => {
    expect(told(existing({}, { frontDoor: {} })).join()).to.contain("frontDoor: It stands in a VPC");
    const peer = { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.64.0.0/16", routeTableIds: ["rtb-0a1b2c3d"] };
    const found = told(existing({}, { database: {}, api: { sharing: { peers: { partner: peer } } } }));
    expect(found.join()).to.contain("database: It needs isolated subnets");
    expect(found.join()).to.contain("api.sharing.peers: The owner of the VPC");
  });

  it("allow the internet in an existing VPC whose subnets lead there", () => {
    const online = { function: { internetAccess: true } };
    expect(told(existing({ nat: true }, online))).to.deep.equal([]);
    expect(told(existing({}, online)).join()).to.contain("vpc.existing.nat is false");
  });

  it("refuse no subnets, zones of another Region, and a subnet of two zones", () => {
    expect(told(existing({ subnets: {} })).join()).to.contain("at least one");
    const twice = { "eu-west-1a": "subnet-0123456789abcdef0", "us-east-1b": "subnet-0123456789abcdef0" };
    const found = told(existing({ subnets: twice })).join();
    expect(found).to.contain("Write its zones, such as eu-west-1a.");
    expect(found).to.contain("has the same subnet");
  });

  it("refuse settings of an endpoint that its owner decides", () => {
    const endpoints = { ssm: "vpce-0123456789abcdef0" };
    expect(told(existing({ endpoints }))).to.deep.equal([]);
    const found = told(existing({ endpoints }, { endpoints: { ssm: { allowFrom: [] } } })).join();
    expect(found).to.contain("endpoints.ssm: The stack uses vpce-0123456789abcdef0");
    expect(told(existing({ endpoints: { sssm: "vpce-0123456789abcdef0" } })).join()).to.contain(
      "no such service",
    );
  });
});
