import { expect } from "chai";
import { forecastCost } from "../../../preflight/cost/forecast.js";
import { isFree } from "../../../preflight/cost/pricers/free-types.js";
import type { SourceResource } from "../../../preflight/graph/index.js";
import { DEFAULT_USAGE, type Usage } from "../../../preflight/usage/usage.js";
import { graphOf, resource } from "./stack.js";

const monthly = (resources: readonly SourceResource[], usage: Partial<Usage> = {}) =>
  forecastCost(graphOf(...resources), { ...DEFAULT_USAGE, ...usage }, "us-east-1");

const CACHES = [
  ["0.5", 14.6],
  ["1.6", 27.74],
  ["6.1", 146],
  ["13.5", 182.5],
  ["28.4", 365],
  ["58.2", 730],
  ["118", 1387],
  ["237", 2774],
] as const;

const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const RECORD = "aws:route53/record:Record";

describe("forecastCost of an API's extras", () => {
  for (const [size, usd] of CACHES) {
    it(`charges $${usd} a month for a cache of ${size} GB`, () => {
      const stage = resource("stage", "stage", { cacheClusterEnabled: true, cacheClusterSize: size });
      const { totals } = monthly([stage]);
      expect(totals.fixedMonthlyUsd).to.be.closeTo(usd, 1e-9);
      expect(totals.complete).to.equal(true);
    });
  }

  it("charges $0.50 for a hosted zone, and $0.40 a million queries for records that are not aliases", () => {
    const zone = resource("aws:route53/zone:Zone", "zone");
    const alias = resource(RECORD, "alias", { aliases: [{ name: "vpce-1.example" }] });
    const plain = resource(RECORD, "plain", { records: ["192.0.2.1"] });
    const usage = { resources: { alias: { requestsPerMonth: 1e6 }, plain: { requestsPerMonth: 1e6 } } };
    expect(monthly([zone, alias]).totals.fixedMonthlyUsd).to.equal(0.5);
    expect(monthly([zone, alias, plain], usage).totals.monthlyUsd).to.be.closeTo(0.9, 1e-9);
  });

  it("charges $0.01 a GB for a peering connection's data, in each direction", () => {
    const own = resource(PEERING, "consumer", { vpcId: "vpc" });
    const usage = { resources: { consumer: { gb: 100 } } };
    expect(monthly([own]).totals).to.include({ monthlyUsd: 0, complete: true });
    expect(monthly([own], usage).totals.monthlyUsd).to.be.closeTo(2, 1e-9);
  });

  it("has no price for data between regions, and marks the total incomplete", () => {
    const far = resource(PEERING, "consumer", { vpcId: "vpc", peerRegion: "us-west-2" });
    const { totals, notes } = monthly([far], { resources: { consumer: { gb: 100 } } });
    expect(totals.complete).to.equal(false);
    expect(notes).to.include("No price is known for data in both directions of consumer.");
  });

  it("charges $5 for a web ACL, $1 for each rule and $0.60 a million requests", () => {
    const acl = resource("aws:wafv2/webAcl:WebAcl", "acl", { rules: [{ name: "one" }, { name: "two" }] });
    const { totals } = monthly([acl], { requestsPerMonth: 1_000_000 });
    expect(totals.fixedMonthlyUsd).to.equal(7);
    expect(totals.perMillionRequestsUsd).to.be.closeTo(0.6, 1e-9);
  });

  it("charges a table's size at $0.20 a GB if it has point-in-time recovery", () => {
    const table = (enabled: boolean) =>
      resource("table_", "messages", { billingMode: "PAY_PER_REQUEST", pointInTimeRecovery: { enabled } });
    const usage = { resources: { messages: { gb: 10 } } };
    const [without, with_] = [false, true].map(
      (enabled) => monthly([table(enabled)], usage).totals.monthlyUsd,
    );
    expect(Number(with_) - Number(without)).to.be.closeTo(2, 1e-9);
  });

  it("charges nothing for the other resources of an API product", () => {
    for (const type of [
      "apigateway/usagePlan:UsagePlan",
      "apigateway/apiKey:ApiKey",
      "apigateway/usagePlanKey:UsagePlanKey",
      "apigateway/requestValidator:RequestValidator",
      "apigateway/model:Model",
      "apigateway/response:Response",
      "apigateway/methodResponse:MethodResponse",
      "apigateway/integrationResponse:IntegrationResponse",
      "apigateway/domainName:DomainName",
      "apigateway/basePathMapping:BasePathMapping",
      "apigateway/domainNameAccessAssociation:DomainNameAccessAssociation",
      "apigatewayv2/apiMapping:ApiMapping",
      "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
      "ec2/peeringConnectionOptions:PeeringConnectionOptions",
      "route53/zoneAssociation:ZoneAssociation",
      "route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
      "wafv2/webAclAssociation:WebAclAssociation",
    ]) {
      expect(isFree(`aws:${type}`), type).to.equal(true);
    }
  });
});
