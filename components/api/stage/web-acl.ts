import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { physicalName } from "../../base/names.js";

export interface WebAclSettings {
  /** Requests that one address may send in five minutes; the minimum is 10. */
  readonly requestsPerFiveMinutes: number;
  /** Maximum size of a body; larger ones are refused. At most 16384 because AWS WAF inspects no more. */
  readonly maximumBodyBytes: number;
  /** Whether to use AWS's managed rules against common attacks and known bad inputs. $2 a month. */
  readonly managedRules: boolean;
}

type Rule = aws.types.input.wafv2.WebAclRule;

/** Where a web ACL logs the requests that it blocked. */
export interface WebAclLogs {
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
}

/** Name of a web ACL's log group. AWS WAF accepts only names with this beginning. */
export function webAclLogGroupName(name: string): string {
  return `aws-waf-logs-${physicalName("logGroup", name)}`;
}

/**
 * Puts a web ACL in front of a stage or a load balancer: a request that no rule blocks is allowed; a blocked one is
 * answered 403 and logged. $5 a month, $1 for each of its two to four rules, $0.60 a million requests, and $0.50 a
 * gigabyte of logs.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
 * @see https://aws.amazon.com/waf/pricing/
 */
export function associateWebAcl(
  name: string,
  resourceArn: pulumi.Input<string>,
  settings: WebAclSettings,
  logs: WebAclLogs,
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
  new aws.wafv2.WebAclAssociation(at, { resourceArn, webAclArn: acl.arn }, { parent });
  logBlocked(name, acl, logs, parent);
}

/** Headers that identify a caller. AWS WAF logs REDACTED in the place of their values. */
const REDACTED_HEADERS = ["x-api-key", "authorization", "cookie"] as const;

/**
 * Logs what the ACL blocked. AWS WAF adds the policy that lets it write to the account's policies of CloudWatch Logs
 * itself.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
 */
function logBlocked(
  name: string,
  acl: aws.wafv2.WebAcl,
  { retentionInDays, target: { key } }: WebAclLogs,
  parent: pulumi.Resource,
): void {
  const at = `${name}-web-acl`;
  const group = new aws.cloudwatch.LogGroup(
    at,
    { name: webAclLogGroupName(name), retentionInDays, kmsKeyId: key?.arn },
    { parent },
  );
  new aws.wafv2.WebAclLoggingConfiguration(
    at,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [group.arn],
      redactedFields: REDACTED_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: [{ actionCondition: { action: "BLOCK" } }],
          },
        ],
      },
    },
    { parent },
  );
}

/** Rules in the order of their evaluation. The rate rule is first because it counts only requests that reach it. */
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
 * Rule for the size of a body. AWS WAF inspects only a body's first 16 KB, so a longer body must match as well.
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
        // This rule blocks bodies of 8 KB and more; `maximumBodyBytes` sets the limit instead.
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

/** Counts matches in CloudWatch. Samples are off because they contain headers, and so API keys. */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
