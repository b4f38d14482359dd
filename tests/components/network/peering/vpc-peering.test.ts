import { expect } from "chai";
import { isRecord } from "../../../../preflight/resources/read.js";
import { failureOf } from "../../../support/components.js";
import { statementsOf } from "../../../support/policies.js";
import { build, pick, propertyOf, type Resources, textOf } from "../../../support/stacks.js";

const NEAR = {
  vpcId: "vpc-0a1b2c3d",
  cidrBlock: "10.40.0.0/16",
  routeTableIds: ["rtb-0a1b2c3d", "rtb-0a1b2c3e"],
};
const FAR = { ...NEAR, vpcId: "vpc-0b1b2c3d", region: "eu-central-1" };
const OTHER = {
  ...NEAR,
  vpcId: "vpc-0c1b2c3d",
  roleArn: "arn:aws:iam::444455556666:role/accept-peering",
};
const TRUSTED = { ...OTHER, externalId: "shop-7f3a" };
const withPeer = (peer: object, api: object = {}) => ({
  api: { ...api, sharing: { peers: { shop: peer } } },
});

const PROVIDER = "pulumi:providers:aws";

describe("VpcPeering in the same Region and account", () => {
  let resources: Resources;
  let connection: unknown;
  before(async () => {
    resources = await build("prod", withPeer(NEAR));
    connection = resources.one("ec2/vpcPeeringConnection:VpcPeeringConnection").id;
  });

  it("accepts the connection to the stack's VPC at once", () => {
    const { inputs } = resources.one("ec2/vpcPeeringConnection:VpcPeeringConnection", "peer-shop");
    expect(inputs).to.deep.include({
      vpcId: resources.one("ec2/vpc:Vpc").id,
      peerVpcId: "vpc-0a1b2c3d",
      autoAccept: true,
    });
    expect(inputs).not.to.have.any.keys("peerRegion", "peerOwnerId");
    expect(resources.ofType("ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")).to.deep.equal(
      [],
    );
    expect(resources.all.filter(({ type }) => type === PROVIDER)).to.deep.equal([]);
    expect(resources.outputs.peeringConnectionIds).to.deep.equal([connection]);
  });

  it("enables private DNS resolution on both sides", () => {
    const options = resources.one("ec2/peeringConnectionOptions:PeeringConnectionOptions");
    const side = { allowRemoteVpcDnsResolution: true };
    expect(pick(options, "vpcPeeringConnectionId", "requester", "accepter")).to.deep.equal({
      vpcPeeringConnectionId: connection,
      requester: side,
      accepter: side,
    });
  });

  it("adds routes to each of the peer's tables and to each private table, and to no other", () => {
    const routes = resources
      .ofType("ec2/route:Route")
      .filter((route) => propertyOf(route, "vpcPeeringConnectionId") === connection);
    const table = (name: string) => resources.one("ec2/routeTable:RouteTable", name).id;
    expect(routes.map((route) => pick(route, "routeTableId", "destinationCidrBlock"))).to.have.deep.members([
      { routeTableId: "rtb-0a1b2c3d", destinationCidrBlock: "10.20.0.0/16" },
      { routeTableId: "rtb-0a1b2c3e", destinationCidrBlock: "10.20.0.0/16" },
      { routeTableId: table("vpc-private-a"), destinationCidrBlock: "10.40.0.0/16" },
      { routeTableId: table("vpc-private-b"), destinationCidrBlock: "10.40.0.0/16" },
    ]);
  });

  it("lets the peer in at the execute-api endpoint, and at no other", () => {
    const rules = resources
      .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter((rule) => propertyOf(rule, "cidrIpv4") === "10.40.0.0/16");
    expect(rules.map((rule) => pick(rule, "securityGroupId", "fromPort", "toPort"))).to.deep.equal([
      {
        securityGroupId: resources.one("ec2/securityGroup:SecurityGroup", "execute-api-endpoint").id,
        fromPort: 443,
        toPort: 443,
      },
    ]);
  });

  it("resolves only this API's public name in the peer's VPC, by a separate private zone", () => {
    const zone = resources.one("route53/zone:Zone", "api-peers");
    const api = resources.one("apigateway/restApi:RestApi");
    expect(propertyOf(zone, "name")).to.equal(`${api.id}.execute-api.eu-west-1.amazonaws.com`);
    const record = resources.one("route53/record:Record");
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint");
    expect(pick(record, "name", "type", "zoneId")).to.deep.equal({
      name: propertyOf(zone, "name"),
      type: "A",
      zoneId: propertyOf(zone, "zoneId"),
    });
    expect(propertyOf(record, "aliases.0.name")).to.equal(propertyOf(endpoint, "dnsEntries.0.dnsName"));
    const association = resources.one("route53/zoneAssociation:ZoneAssociation");
    expect(pick(association, "zoneId", "vpcId", "vpcRegion")).to.deep.equal({
      zoneId: propertyOf(zone, "zoneId"),
      vpcId: "vpc-0a1b2c3d",
      vpcRegion: "eu-west-1",
    });
  });

  it("outputs the API's public name as the peer's way to call it", () => {
    expect(resources.outputs.apiInvokeUrls).to.deep.include({
      from: "inside the VPC of peer shop",
      url: `https://${resources.one("apigateway/restApi:RestApi").id}.execute-api.eu-west-1.amazonaws.com/v1`,
    });
  });

  it("leaves the API's policy unchanged because the peer calls through the stack's own endpoint", async () => {
    const policyOf = (built: Resources) =>
      statementsOf(textOf(built.one("apigateway/restApiPolicy:RestApiPolicy"), "policy"));
    expect(policyOf(resources)).to.deep.equal(policyOf(await build("prod")));
  });

  it("declares that the peer reaches the API and nothing else, and that the function does not reach the peer", () => {
    const peer = { kind: "peer", name: "peer-shop" };
    const to = (place: object, must: string) => ({ from: peer, to: place, port: 443, must });
    expect(intentsIn(resources)).to.deep.equal([
      to({ kind: "endpoint", name: "execute-api-endpoint" }, "reach"),
      to({ kind: "method", method: "GET", path: "/messages" }, "reach"),
      to({ kind: "function", name: "fetcher" }, "not-reach"),
      to({ kind: "endpoint", name: "ssm-endpoint" }, "not-reach"),
      to({ kind: "subnet", name: "vpc-public-a" }, "not-reach"),
      to({ kind: "subnet", name: "vpc-public-b" }, "not-reach"),
      { from: { kind: "function", name: "fetcher" }, to: peer, port: 443, must: "not-reach" },
    ]);
  });
});

/** Intents of peers, without their reasons. */
function intentsIn(resources: Resources): unknown[] {
  const component = resources.components.find(({ type }) => type.endsWith(":VpcPeering"));
  const intents = component?.properties.intents;
  return Array.isArray(intents) ? intents.map(({ reason: _, ...intent }) => intent) : [];
}

describe("VpcPeering with an API that requires signatures", () => {
  it("declares that the peer reaches the endpoint only, because the signer is unknown", async () => {
    const methods = { "GET /messages": { authorization: "AWS_IAM" } };
    const said = intentsIn(await build("prod", withPeer(NEAR, { methods })));
    expect(said.filter((intent) => isRecord(intent) && intent.must === "reach")).to.deep.equal([
      {
        from: { kind: "peer", name: "peer-shop" },
        to: { kind: "endpoint", name: "execute-api-endpoint" },
        port: 443,
        must: "reach",
      },
    ]);
  });
});

for (const { where, peer, asked, provider } of [
  { where: "region", peer: FAR, asked: { peerRegion: "eu-central-1" }, provider: { region: "eu-central-1" } },
  {
    where: "account",
    peer: OTHER,
    asked: { peerOwnerId: "444455556666" },
    provider: { region: "eu-west-1", assumeRoles: [{ roleArn: OTHER.roleArn }] },
  },
  {
    where: "account, whose role asks for an external id",
    peer: TRUSTED,
    asked: { peerOwnerId: "444455556666" },
    provider: {
      region: "eu-west-1",
      assumeRoles: [{ roleArn: TRUSTED.roleArn, externalId: "shop-7f3a" }],
    },
  },
]) {
  describe(`VpcPeering in another ${where}`, () => {
    let resources: Resources;
    before(async () => {
      resources = await build("prod", withPeer(peer));
    });

    it("requests the connection on one side and accepts it on the other", () => {
      const connection = resources.one("ec2/vpcPeeringConnection:VpcPeeringConnection");
      expect(connection.inputs).to.deep.include(asked);
      expect(connection.inputs, "AWS refuses to accept it from here").not.to.have.property("autoAccept");
      const accepter = resources.one("ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter");
      expect(accepter.inputs).to.deep.include({ vpcPeeringConnectionId: connection.id, autoAccept: true });
    });

    it("creates the peer's resources with a separate provider", () => {
      const [found, ...more] = resources.all.filter(({ type }) => type === PROVIDER);
      expect(more).to.deep.equal([]);
      // The provider's inputs are JSON texts, except strings.
      const inputs = Object.entries(found?.inputs ?? {}).map(([key, value]) => [key, read(value)]);
      expect(Object.fromEntries(inputs)).to.deep.include(provider);
    });

    it("adds routes and DNS options only after the connection is accepted", () => {
      const accepter = resources.one("ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter");
      const users = [
        ...resources.ofType("ec2/peeringConnectionOptions:PeeringConnectionOptions"),
        ...resources.ofType("ec2/route:Route").filter(({ name }) => name.startsWith("peer-shop")),
      ];
      expect(users).to.have.length(6);
      for (const user of users) expect(user.dependencies, user.name).to.include(accepter.urn);
    });

    it("sets each side's DNS option separately", () => {
      const options = resources.ofType("ec2/peeringConnectionOptions:PeeringConnectionOptions");
      const sides = options.map(({ name, inputs }) => [name, "requester" in inputs, "accepter" in inputs]);
      expect(sides).to.have.deep.members([
        ["peer-shop-requester", true, false],
        ["peer-shop-accepter", false, true],
      ]);
    });
  });
}

function read(value: unknown): unknown {
  return typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value;
}

describe("VpcPeering in another account", () => {
  it("associates the peer's VPC with the zone after the zone's account has authorized it", async () => {
    const resources = await build("prod", withPeer(OTHER));
    const allowed = resources.one("route53/vpcAssociationAuthorization:VpcAssociationAuthorization");
    const association = resources.one("route53/zoneAssociation:ZoneAssociation");
    for (const resource of [allowed, association]) {
      expect(pick(resource, "vpcId", "vpcRegion")).to.deep.equal({
        vpcId: "vpc-0c1b2c3d",
        vpcRegion: "eu-west-1",
      });
    }
    expect(association.dependencies).to.include(allowed.urn);
  });

  it("rejects a roleArn of the stack's own account as a user error", async () => {
    const roleArn = "arn:aws:iam::111122223333:role/accept-peering";
    const failure = await failureOf(() => build("prod", withPeer({ ...NEAR, roleArn })));
    expect(String(failure)).to.contain(
      `api.sharing.peers.shop.roleArn: "${roleArn}". It is of the stack's own account, 111122223333. Leave it out.`,
    );
  });
});

describe("VpcPeering with a private custom domain name", () => {
  it("resolves the domain name in the peer's VPC too", async () => {
    const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd";
    const resources = await build(
      "prod",
      withPeer(FAR, { domains: { "api.example.com": { certificateArn } } }),
    );
    const zone = resources.one("route53/zone:Zone", "api.example.com");
    const association = resources.one("route53/zoneAssociation:ZoneAssociation", "api.example.com-peer-shop");
    expect(pick(association, "zoneId", "vpcId", "vpcRegion")).to.deep.equal({
      zoneId: propertyOf(zone, "zoneId"),
      vpcId: "vpc-0b1b2c3d",
      vpcRegion: "eu-central-1",
    });
  });
});
