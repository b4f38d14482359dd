import { expect } from "chai";
import { statementsOf } from "../../../support/policies.js";
import { build, propertyOf, type Resources, textOf } from "../../../support/stacks.js";

const SIGNED = { methods: { "GET /messages": { authorization: "AWS_IAM" } } };
const DOMAINS = {
  "api.example.com": { certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd" },
};

function refusals(policy: string): unknown[] {
  return statementsOf(policy)
    .filter(({ effect }) => effect === "Deny")
    .map(({ condition }) => condition);
}

async function builtWith(sharing: object): Promise<{ resources: Resources; own: string }> {
  const resources = await build("prod", { api: { ...SIGNED, domains: DOMAINS, sharing } });
  const own = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint").id ?? "";
  return { resources, own };
}

describe("privatePolicy with sharing", () => {
  const everybody = {
    vpcEndpoints: ["vpce-0a1b2c3d", "vpce-0b1b2c3d"],
    vpcs: ["vpc-0a1b2c3d"],
    accounts: ["444455556666"],
  };

  it("denies, in one statement, calls that no endpoint, VPC or account admits", async () => {
    const { resources, own } = await builtWith(everybody);
    const policy = textOf(resources.one("apigateway/restApiPolicy:RestApiPolicy"), "policy");
    expect(refusals(policy)).to.deep.equal([
      {
        StringNotEquals: {
          "aws:SourceVpce": [own, ...everybody.vpcEndpoints],
          "aws:SourceVpc": everybody.vpcs,
          "aws:PrincipalAccount": everybody.accounts,
        },
      },
    ]);
  });

  it("omits condition keys without values, because an empty one would refuse or admit every call", async () => {
    const { resources, own } = await builtWith({ vpcs: ["vpc-0a1b2c3d"] });
    const policy = textOf(resources.one("apigateway/restApiPolicy:RestApiPolicy"), "policy");
    expect(refusals(policy)).to.deep.equal([
      { StringNotEquals: { "aws:SourceVpce": [own], "aws:SourceVpc": ["vpc-0a1b2c3d"] } },
    ]);
  });

  it("admits the same callers to the private domain name", async () => {
    const { resources } = await builtWith(everybody);
    const api = textOf(resources.one("apigateway/restApiPolicy:RestApiPolicy"), "policy");
    const domain = textOf(resources.one("apigateway/domainName:DomainName"), "policy");
    expect(refusals(domain)).to.deep.equal(refusals(api));
  });

  it("leaves the stack's own endpoint's policy unchanged, and associates the API with that endpoint only", async () => {
    const { resources, own } = await builtWith(everybody);
    const apart = await builtWith({});
    const endpointPolicy = (built: Resources) =>
      textOf(built.one("ec2/vpcEndpointPolicy:VpcEndpointPolicy"), "policy");
    expect(endpointPolicy(resources)).to.equal(endpointPolicy(apart.resources));
    expect(
      propertyOf(resources.one("apigateway/restApi:RestApi"), "endpointConfiguration.vpcEndpointIds"),
    ).to.deep.equal([own]);
  });

  it("predicts each policy before deployment", async () => {
    const { resources } = await builtWith(everybody);
    const policies = resources.components
      .flatMap(({ properties }) => (Array.isArray(properties.planned) ? properties.planned : []))
      .filter(({ property }) => property === "policy");
    expect(policies, "the API's, its endpoint's, the domain name's").to.have.length(3);
    for (const { resource, property, value } of policies) {
      const target = resources.byUrn(resource);
      const said = String(value).replace(/\{\{(.*?)\}\}/g, (_, urn) => resources.byUrn(urn)?.id ?? "?");
      expect(said, resource).to.equal(target?.properties[property]);
    }
  });
});
