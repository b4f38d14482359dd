import { expect } from "chai";
import { isRecord } from "../../../../preflight/resources/read.js";
import { build, pick, propertyOf, type Resources } from "../../../support/stacks.js";

const ACL = "wafv2/webAcl:WebAcl";

const rulesOf = (resources: Resources): Record<string, unknown>[] => {
  const rules = propertyOf(resources.one(ACL), "rules");
  return Array.isArray(rules) ? rules.filter(isRecord).map((rule) => ({ ...rule })) : [];
};

describe("a web ACL", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", {
      api: { webAcl: { requestsPerFiveMinutes: 300, maximumBodyBytes: 4096 } },
    });
  });

  it("is not there unless it is set", async () => {
    expect((await build("prod")).ofType(ACL)).to.deep.equal([]);
  });

  it("stands before the stage, and lets through what no rule refuses", () => {
    const acl = resources.one(ACL);
    expect(pick(acl, "scope", "defaultAction")).to.deep.equal({
      scope: "REGIONAL",
      defaultAction: { allow: {} },
    });
    expect(
      pick(resources.one("wafv2/webAclAssociation:WebAclAssociation"), "webAclArn", "resourceArn"),
    ).to.deep.equal({
      webAclArn: propertyOf(acl, "arn"),
      resourceArn: propertyOf(resources.one("apigateway/stage:Stage"), "arn"),
    });
  });

  it("counts each address first, then refuses long bodies, then asks AWS's own rules", () => {
    const rules = rulesOf(resources);
    expect(rules.map(({ name, priority }) => [name, priority])).to.deep.equal([
      ["rate-by-address", 0],
      ["body-size", 1],
      ["common", 2],
      ["known-bad-inputs", 3],
    ]);
    const [rate, size, ...managed] = rules;
    for (const rule of [rate, size]) expect(rule?.action).to.deep.equal({ block: {} });
    // With an action, or with "count", a group would refuse nothing.
    for (const rule of managed)
      expect([rule.action, rule.overrideAction]).to.deep.equal([undefined, { none: {} }]);
  });

  it("refuses an address that calls more often, and a body that is longer than is looked at", () => {
    const [rate, size] = rulesOf(resources).map(({ statement }) => statement);
    expect(rate).to.deep.equal({
      rateBasedStatement: { limit: 300, evaluationWindowSec: 300, aggregateKeyType: "IP" },
    });
    expect(size).to.deep.equal({
      sizeConstraintStatement: {
        fieldToMatch: { body: { oversizeHandling: "MATCH" } },
        comparisonOperator: "GT",
        size: 4096,
        textTransformations: [{ priority: 0, type: "NONE" }],
      },
    });
  });

  it("lets bodies be as long as is set, whatever AWS's own rules think of it", () => {
    const common = rulesOf(resources).find(({ name }) => name === "common");
    expect(common)
      .to.have.nested.property("statement.managedRuleGroupStatement.ruleActionOverrides")
      .deep.equal([{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }]);
  });

  it("counts in CloudWatch under names of their own, and keeps no sample of a request", () => {
    const all = [
      propertyOf(resources.one(ACL), "visibilityConfig"),
      ...rulesOf(resources).map((r) => r.visibilityConfig),
    ];
    expect(new Set(all.map((one) => Object(one).metricName)).size).to.equal(all.length);
    for (const one of all) {
      expect(one).to.include({ cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false });
    }
  });

  it("goes without AWS's own rules where that is set", async () => {
    const plain = await build("dev", { api: { webAcl: { managedRules: false } } });
    expect(rulesOf(plain).map(({ name }) => name)).to.deep.equal(["rate-by-address", "body-size"]);
  });
});
