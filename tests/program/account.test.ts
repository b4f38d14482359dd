import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import { invoke } from "../../preflight/sources/mocks/invokes.js";
import { checkAccount, endpointIssues, saysNoSuchService } from "../../program/account.js";
import { makeWithAnswers, TARGET } from "../support/components.js";

const configOf = (more: object) => {
  const { config, issues = [] } = parseConfig({ networking: "vpc", ...more }, TARGET.region);
  if (config === undefined) throw new Error(JSON.stringify(issues));
  return config;
};

/** What checkAccount says, with AWS's answers about the zones of each service, and what was registered before. */
async function refusal(more: object, zonesOf: Readonly<Record<string, readonly string[]>>) {
  let message = "";
  const made = await makeWithAnswers(
    ({ token, inputs }) => {
      const zones = zonesOf[String(inputs.service)];
      if (token === "aws:ec2/getVpcEndpointService:getVpcEndpointService" && zones !== undefined) {
        return { serviceName: `com.amazonaws.${TARGET.region}.${inputs.service}`, availabilityZones: zones };
      }
      return invoke(token, inputs, TARGET);
    },
    async () => {
      await checkAccount(configOf(more), TARGET).catch((error: unknown) => {
        message = error instanceof Error ? error.message : String(error);
      });
    },
  );
  expect([...made]).to.deep.equal([]);
  return message;
}

describe("checkAccount", () => {
  it("takes what the account has", async () => {
    expect(await refusal({}, {})).to.equal("");
  });

  it("refuses services without an endpoint in the zones, all at once", async () => {
    const endpoints = { others: { kms: {}, bedrock: {}, sqs: {} } };
    const message = await refusal(
      { endpoints },
      { kms: ["eu-west-1c"], bedrock: ["eu-west-1d", "eu-west-1e"] },
    );
    expect(message.split("\n")).to.deep.equal([
      "2 mistakes in the configuration of stack test:",
      '  endpoints.others.kms: "kms". None of the zones eu-west-1a, eu-west-1b offers kms. Write one of eu-west-1c into vpc.availabilityZones, or leave the endpoint out.',
      '  endpoints.others.bedrock: "bedrock". None of the zones eu-west-1a, eu-west-1b offers bedrock. Write one of eu-west-1d, eu-west-1e into vpc.availabilityZones, or leave the endpoint out.',
    ]);
  });

  it("asks about the endpoint that the event pipeline makes for itself", async () => {
    expect(await refusal({ logPipeline: {} }, { sns: ["eu-west-1c"] })).to.contain('logPipeline: "sns"');
    expect(await refusal({ logPipeline: {}, vpc: { nat: "single" } }, { sns: ["eu-west-1c"] })).to.equal("");
    const byIpv6 = { logPipeline: { via: "ipv6" }, vpc: { ipv6: true } };
    expect(await refusal(byIpv6, { sns: ["eu-west-1c"] })).to.equal("");
  });

  it("refuses a peer's role of the stack's own account, besides the rest", async () => {
    const roleArn = `arn:aws:iam::${TARGET.accountId}:role/accept-peering`;
    const peer = {
      vpcId: "vpc-0a1b2c3d",
      cidrBlock: "10.40.0.0/16",
      routeTableIds: ["rtb-0a1b2c3d"],
      roleArn,
    };
    const message = await refusal({ api: { sharing: { peers: { shop: peer } } } }, { ssm: ["eu-west-1c"] });
    expect(message)
      .to.contain("2 mistakes")
      .and.contain("It is of the stack's own account")
      .and.contain("endpoints.ssm");
  });
});

describe("saysNoSuchService", () => {
  it("tells a service that the Region does not have from an answer that did not come", () => {
    const of = "invocation of aws:ec2/getVpcEndpointService:getVpcEndpointService returned an error: ";
    for (const [text, expected] of [
      [`${of}reading EC2 VPC Endpoint Service: no matching EC2 VPC Endpoint Service found`, true],
      [
        `${of}api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.x' does not exist`,
        true,
      ],
      [`${of}api error UnauthorizedOperation: You are not authorized`, false],
      [`${of}no valid credential sources found`, false],
    ] as const) {
      expect(saysNoSuchService(new Error(text)), text).to.equal(expected);
    }
  });
});

describe("endpointIssues", () => {
  it("names a service that has no endpoint in the Region at all", () => {
    const offer = { service: "bedrock", key: "endpoints.others.bedrock", offered: undefined };
    expect(endpointIssues([offer], ["eu-west-1a"], "eu-west-1").map(({ fix }) => fix)).to.deep.equal([
      "AWS has no interface endpoint for bedrock in eu-west-1. Leave it out.",
    ]);
  });

  it("asks for one of the zones only, because an endpoint leaves out those without the service", () => {
    const offer = { service: "ssm", key: "endpoints.ssm", offered: ["eu-west-1b"] };
    expect(endpointIssues([offer], ["eu-west-1a", "eu-west-1b"], "eu-west-1")).to.deep.equal([]);
    expect(endpointIssues([offer], ["eu-west-1a"], "eu-west-1")).to.have.length(1);
  });
});

describe("checkAccount: frontDoor.hostedZoneId", () => {
  const frontDoor = (more: object = {}) => ({
    frontDoor: {
      domainName: "api.example.com",
      hostedZoneId: "Z0123456789",
      allowFrom: ["10.30.0.0/16"],
      routes: [{ path: "/messages" }],
      ...more,
    },
  });

  /** What checkAccount says if AWS has this zone, or none. */
  async function refusalWith(zone: object | undefined, more: object = {}): Promise<string> {
    let message = "";
    await makeWithAnswers(
      ({ token, inputs }) => {
        if (token !== "aws:route53/getZone:getZone") return invoke(token, inputs, TARGET);
        // The runtime reads the reason of a failed call from `details` only.
        const details = "no matching Route53Zone found";
        if (zone === undefined) throw Object.assign(new Error(details), { details });
        return { zoneId: inputs.zoneId, ...zone };
      },
      async () => {
        await checkAccount(configOf(frontDoor(more)), TARGET).catch((error: unknown) => {
          message = error instanceof Error ? error.message : String(error);
        });
      },
    );
    return message;
  }

  it("takes the name's own public zone, or one above it", async () => {
    for (const name of ["api.example.com", "example.com", "example.com."])
      expect(await refusalWith({ name, privateZone: false }), name).to.equal("");
  });

  it("refuses a zone that does not have the name", async () => {
    for (const name of ["example.org", "ample.com", "v1.api.example.com"])
      expect(await refusalWith({ name, privateZone: false }), name).to.contain(
        "does not have api.example.com",
      );
  });

  it("refuses a private zone for the certificate, not for the record alone", async () => {
    const zone = { name: "example.com", privateZone: true };
    expect(await refusalWith(zone)).to.contain("a certificate is validated in a public one");
    const certificateArn = `arn:aws:acm:${TARGET.region}:111122223333:certificate/1234abcd`;
    expect(await refusalWith(zone, { certificateArn })).to.equal("");
  });

  it("refuses a zone that the account does not have", async () => {
    expect(await refusalWith(undefined)).to.contain("The account has no such hosted zone.");
  });
});
