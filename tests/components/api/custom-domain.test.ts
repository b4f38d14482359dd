import { expect } from "chai";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, textOf } from "../../support/stacks.js";

const NAME = "api.example.com";
const certificateIn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1234abcd`;
const ZONE = "Z0123456789ABCDEFGHIJ";

const withDomain = (settings: object, endpointType?: string, region = "eu-west-1") => ({
  api: {
    ...(endpointType !== undefined && { endpointType }),
    domains: { [NAME]: { certificateArn: certificateIn(region), ...settings } },
  },
});

describe("CustomDomain of a REGIONAL API", () => {
  let resources: Resources;
  before(async () => {
    resources = await build(
      "dev",
      withDomain({ hostedZoneId: ZONE, basePaths: ["(none)", "shop", "shop/v1"] }),
    );
  });

  it("uses the configured certificate, and requires TLS 1.2 or newer", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    expect(domain.inputs).to.deep.include({
      domainName: NAME,
      regionalCertificateArn: certificateIn("eu-west-1"),
      securityPolicy: "TLS_1_2",
      endpointConfiguration: { types: "REGIONAL", ipAddressType: "dualstack" },
    });
    expect(domain.inputs).not.to.have.any.keys("certificateArn", "policy");
  });

  it("maps each base path to the stage, and a path of several levels by the newer API", () => {
    const stage = resources.one("apigateway/stage:Stage");
    const api = resources.one("apigateway/restApi:RestApi");
    const mappings = resources.ofType("apigateway/basePathMapping:BasePathMapping");
    const at = { domainName: NAME, restApi: api.id, stageName: "v1", domainNameId: undefined };
    expect(
      mappings.map((mapping) =>
        pick(mapping, "domainName", "restApi", "stageName", "basePath", "domainNameId"),
      ),
    ).to.have.deep.members([
      { ...at, basePath: undefined },
      { ...at, basePath: "shop" },
    ]);
    const deep = resources.one("apigatewayv2/apiMapping:ApiMapping");
    expect(pick(deep, "domainName", "apiId", "stage", "apiMappingKey")).to.deep.equal({
      domainName: NAME,
      apiId: api.id,
      stage: "v1",
      apiMappingKey: "shop/v1",
    });
    for (const mapping of [...mappings, deep]) {
      expect(mapping.dependencies, "AWS refuses a mapping to no stage").to.include(stage.urn);
    }
  });

  it("creates records for both address families in the hosted zone", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    const records = resources.ofType("route53/record:Record");
    const alias = {
      name: propertyOf(domain, "regionalDomainName"),
      zoneId: propertyOf(domain, "regionalZoneId"),
      evaluateTargetHealth: false,
    };
    expect(records.map((record) => pick(record, "zoneId", "name", "type", "aliases"))).to.have.deep.members([
      { zoneId: ZONE, name: NAME, type: "A", aliases: [alias] },
      { zoneId: ZONE, name: NAME, type: "AAAA", aliases: [alias] },
    ]);
  });

  it("outputs the domain name as the API's URL", () => {
    expect(resources.outputs.apiUrl).to.equal(`https://${NAME}`);
    expect(resources.outputs.apiDomainNames).to.deep.equal([NAME]);
    const urls = resources.outputs.apiInvokeUrls;
    expect(urls).to.be.an("array").with.length(4);
    expect(urls).to.deep.include({
      from: "the internet, by custom domain name",
      url: `https://${NAME}/shop/v1`,
    });
  });

  it("creates neither records nor zone if no hosted zone is configured", async () => {
    const elsewhere = await build("dev", withDomain({}));
    expect(elsewhere.ofType("route53/record:Record")).to.deep.equal([]);
    expect(elsewhere.ofType("route53/zone:Zone")).to.deep.equal([]);
  });
});

describe("CustomDomain of an EDGE API", () => {
  it("uses CloudFront's certificate, and leads the name to CloudFront", async () => {
    const resources = await build("dev", withDomain({ hostedZoneId: ZONE }, "EDGE", "us-east-1"));
    const domain = resources.one("apigateway/domainName:DomainName");
    expect(domain.inputs).to.deep.include({
      certificateArn: certificateIn("us-east-1"),
      endpointConfiguration: { types: "EDGE", ipAddressType: "dualstack" },
    });
    expect(domain.inputs).not.to.have.any.keys("regionalCertificateArn", "policy");
    for (const record of resources.ofType("route53/record:Record")) {
      expect(propertyOf(record, "aliases.0.name")).to.equal(propertyOf(domain, "cloudfrontDomainName"));
      expect(propertyOf(record, "aliases.0.zoneId")).to.equal(propertyOf(domain, "cloudfrontZoneId"));
    }
  });
});

describe("CustomDomain of a private API", () => {
  let resources: Resources;
  let endpoint: unknown;
  before(async () => {
    resources = await build("prod", withDomain({ basePaths: ["shop"] }));
    endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint").id;
  });

  it("creates a private domain name with its certificate", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    expect(domain.inputs).to.deep.include({
      certificateArn: certificateIn("eu-west-1"),
      endpointConfiguration: { types: "PRIVATE", ipAddressType: "dualstack" },
      securityPolicy: "TLS_1_2",
    });
  });

  it("denies calls through any endpoint but the stack's own", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    const invoke = {
      principal: "*",
      actions: ["execute-api:Invoke"],
      resources: [`arn:aws:execute-api:eu-west-1:111122223333:/domainnames/${NAME}+*`],
    };
    expect(statementsOf(textOf(domain, "policy"))).to.deep.equal([
      { ...invoke, effect: "Allow", condition: undefined },
      { ...invoke, effect: "Deny", condition: { StringNotEquals: { "aws:SourceVpce": [endpoint] } } },
    ]);
  });

  it("associates the name with that endpoint, whose policy allows both the name and the API", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    const association = resources.one("apigateway/domainNameAccessAssociation:DomainNameAccessAssociation");
    expect(
      pick(association, "domainNameArn", "accessAssociationSource", "accessAssociationSourceType"),
    ).to.deep.equal({
      domainNameArn: propertyOf(domain, "arn"),
      accessAssociationSource: endpoint,
      accessAssociationSourceType: "VPCE",
    });
    const policy = resources.one("ec2/vpcEndpointPolicy:VpcEndpointPolicy");
    const [statement] = statementsOf(textOf(policy, "policy"));
    expect(statement?.resources).to.deep.equal([
      `${textOf(resources.one("apigateway/restApi:RestApi"), "executionArn")}/*`,
      `arn:aws:execute-api:eu-west-1:111122223333:/domainnames/${NAME}+*`,
    ]);
  });

  it("maps base paths by the domain name's id, because another account may use the same name", () => {
    const domain = resources.one("apigateway/domainName:DomainName");
    const mapping = resources.one("apigateway/basePathMapping:BasePathMapping");
    expect(pick(mapping, "domainName", "domainNameId", "basePath")).to.deep.equal({
      domainName: NAME,
      domainNameId: propertyOf(domain, "domainNameId"),
      basePath: "shop",
    });
    expect(propertyOf(domain, "domainNameId")).to.be.a("string").that.is.not.empty;
  });

  it("leads the name to the endpoint, in a private hosted zone of the stack's VPC with only this name", () => {
    const zone = resources.one("route53/zone:Zone");
    const vpc = resources.one("ec2/vpc:Vpc").id;
    expect(pick(zone, "name", "vpcs")).to.deep.equal({ name: NAME, vpcs: [{ vpcId: vpc }] });
    const dns = propertyOf(
      resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint"),
      "dnsEntries.0",
    );
    const record = resources.one("route53/record:Record");
    expect(pick(record, "zoneId", "name", "type")).to.deep.equal({
      zoneId: propertyOf(zone, "zoneId"),
      name: NAME,
      type: "A",
    });
    expect(dns).to.deep.equal({
      dnsName: propertyOf(record, "aliases.0.name"),
      hostedZoneId: propertyOf(record, "aliases.0.zoneId"),
    });
  });

  it("creates the name's records in the configured zone, if there is one", async () => {
    const named = await build("prod", withDomain({ hostedZoneId: ZONE }));
    expect(named.ofType("route53/zone:Zone")).to.deep.equal([]);
    expect(pick(named.one("route53/record:Record"), "zoneId", "type")).to.deep.equal({
      zoneId: ZONE,
      type: "A",
    });
  });

  it("predicts the domain name's policy before deployment", () => {
    const component = resources.components.find(({ type }) => type.endsWith(":CustomDomain"));
    const domain = resources.one("apigateway/domainName:DomainName");
    const own = resources.one("ec2/vpcEndpoint:VpcEndpoint", "execute-api-endpoint");
    expect(propertyOf(component ?? domain, "planned.0.resource")).to.equal(domain.urn);
    const planned = propertyOf(component ?? domain, "planned.0.value");
    expect(String(planned).replaceAll(`{{${own.urn}}}`, String(own.id))).to.equal(textOf(domain, "policy"));
  });

  it("outputs the domain name as the API's URL inside the VPC", () => {
    expect(resources.outputs.apiUrl).to.equal(`https://${NAME}/shop`);
    expect(resources.outputs).to.have.deep.nested.property("apiInvokeUrls[0]", {
      from: "inside the VPC, by custom domain name",
      url: `https://${NAME}/shop`,
    });
  });
});
