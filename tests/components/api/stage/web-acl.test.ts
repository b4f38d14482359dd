import { expect } from "chai";
import { isRecord } from "../../../../preflight/resources/read.js";
import { build, pick, propertyOf, type Resources } from "../../../support/stacks.js";

const ACL = "wafv2/webAcl:WebAcl";

const rulesOf = (resources: Resources): Record<string, unknown>[] => {
  const rules = propertyOf(resources.one(ACL), "rules");
  return Array.isArray(rules) ? rules.filter(isRecord).map((rule) => ({ ...rule })) : [];
};

describe("associateWebAcl", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", {
      api: { webAcl: { requestsPerFiveMinutes: 300, maximumBodyBytes: 4096 } },
    });
  });

  it("creates no web ACL unless it is configured", async () => {
    expect((await build("prod")).ofType(ACL)).to.deep.equal([]);
  });

  it("associates the ACL with the stage, and allows what no rule blocks", () => {
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

  it("evaluates the rate first, then the body's size, then AWS's managed rules", () => {
    const rules = rulesOf(resources);
    expect(rules.map(({ name, priority }) => [name, priority])).to.deep.equal([
      ["rate-by-address", 0],
      ["body-size", 1],
      ["common", 2],
      ["known-bad-inputs", 3],
    ]);
    const [rate, size, ...managed] = rules;
    for (const rule of [rate, size]) expect(rule?.action).to.deep.equal({ block: {} });
    // A rule group with an action, or with "count", would block nothing.
    for (const rule of managed)
      expect([rule.action, rule.overrideAction]).to.deep.equal([undefined, { none: {} }]);
  });

  it("blocks an address above the rate, and a body above the inspected size", () => {
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

  it("allows bodies up to the configured size, although AWS's managed rules block smaller ones", () => {
    const common = rulesOf(resources).find(({ name }) => name === "common");
    expect(common)
      .to.have.nested.property("statement.managedRuleGroupStatement.ruleActionOverrides")
      .deep.equal([{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }]);
  });

  it("counts each rule in CloudWatch under a different name, and keeps no sample of a request", () => {
    const all = [
      propertyOf(resources.one(ACL), "visibilityConfig"),
      ...rulesOf(resources).map((r) => r.visibilityConfig),
    ];
    expect(new Set(all.map((one) => Object(one).metricName)).size).to.equal(all.length);
    for (const one of all) {
      expect(one).to.include({ cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false });
    }
  });

  it("omits AWS's managed rules if they are off", async () => {
    const plain = await build("dev", { api: { webAcl: { managedRules: false } } });
    expect(rulesOf(plain).map(({ name }) => name)).to.deep.equal(["rate-by-address", "body-size"]);
  });

  it("logs only what it blocked, without what identifies a caller", () => {
    const logging = resources.one("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    const group = resources.one("cloudwatch/logGroup:LogGroup", "api-web-acl");
    // AWS WAF refuses every other beginning.
    expect(String(group.inputs.name)).to.match(/^aws-waf-logs-/);
    expect(group.inputs.retentionInDays).to.equal(30);
    expect(pick(logging, "resourceArn", "logDestinationConfigs")).to.deep.equal({
      resourceArn: propertyOf(resources.one(ACL), "arn"),
      logDestinationConfigs: [propertyOf(group, "arn")],
    });
    expect(logging.inputs.redactedFields).to.deep.equal(
      ["x-api-key", "authorization", "cookie"].map((name) => ({ singleHeader: { name } })),
    );
    expect(logging.inputs.loggingFilter).to.deep.equal({
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: [{ actionCondition: { action: "BLOCK" } }],
        },
      ],
    });
  });

  it("encrypts the log with the stack's key", async () => {
    const own = await build("dev", { kmsKey: "create", api: { webAcl: {} } });
    const group = own.one("cloudwatch/logGroup:LogGroup", "api-web-acl");
    const key = own.one("kms/key:Key");
    expect(group.inputs.kmsKeyId).to.equal(propertyOf(key, "arn"));
    expect(String(key.inputs.policy)).to.include(`log-group:${String(group.inputs.name)}`);
  });
});
