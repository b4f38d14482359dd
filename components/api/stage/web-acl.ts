import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface WebAclSettings {
  /** What one address may call in five minutes, at least 10. */
  readonly requestsPerFiveMinutes: number;
  /** A request with a larger body is refused; at most 16384, which is all that AWS WAF looks at. */
  readonly maximumBodyBytes: number;
  /** AWS's own rules against common attacks and known bad inputs. $2 a month. */
  readonly managedRules: boolean;
}

type Rule = aws.types.input.wafv2.WebAclRule;

/**
 * A web ACL in front of a stage: what no rule refuses gets through. $5 a month, $1 for each of its two to four
 * rules and $0.60 a million requests. What it refuses is answered 403.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
 * @see https://aws.amazon.com/waf/pricing/
 */
export function associateWebAcl(
  name: string,
  stage: aws.apigateway.Stage,
  settings: WebAclSettings,
  parent: pulumi.Resource,
): void {
  const at = `${name}-web-acl`;
  const acl = new aws.wafv2.WebAcl(
    at,
    {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: rulesOf(name, settings),
      visibilityConfig: visibility(at),
    },
    { parent },
  );
  new aws.wafv2.WebAclAssociation(at, { resourceArn: stage.arn, webAclArn: acl.arn }, { parent });
}

/** In the order of their evaluation: a rate counts only what reaches its rule, so it comes first. */
function rulesOf(name: string, settings: WebAclSettings): Rule[] {
  return [
    { name: "rate-by-address", action: { block: {} }, statement: rateByAddress(settings) },
    { name: "body-size", action: { block: {} }, statement: bodySize(settings) },
    ...(settings.managedRules ? MANAGED : []),
  ].map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(`${name}-${rule.name}`) }));
}

function rateByAddress({ requestsPerFiveMinutes }: WebAclSettings) {
  return {
    rateBasedStatement: {
      limit: requestsPerFiveMinutes,
      evaluationWindowSec: 300,
      aggregateKeyType: "IP",
    },
  };
}

/**
 * AWS WAF sees no more than a body's first 16 KB, so a longer one has to match as such.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html
 */
function bodySize({ maximumBodyBytes }: WebAclSettings) {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { body: { oversizeHandling: "MATCH" } },
      comparisonOperator: "GT",
      size: maximumBodyBytes,
      textTransformations: [{ priority: 0, type: "NONE" }],
    },
  };
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html */
const MANAGED = [
  {
    name: "common",
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: "AWSManagedRulesCommonRuleSet",
        // It refuses bodies from 8 KB on; how long they may be is said above.
        ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
      },
    },
  },
  {
    name: "known-bad-inputs",
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
    },
  },
];

/** Counted in CloudWatch. No samples are kept: they hold headers, an API key among them. */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
