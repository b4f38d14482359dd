import type { ManagedResource } from "../../graph/model.js";
import { isSet } from "../../resources/unknown.js";

/** What IAM checks for calls of a resource. */
export interface ResourceCalls {
  /** Patterns of the ARNs that actions are checked on; undefined for an ARN that is not known. */
  readonly patterns: readonly (string | undefined)[];
  /** Actions that reach the resource and are checked on another ARN. */
  readonly also: readonly { readonly action: string; readonly resource: string }[];
}

/**
 * The ARNs that IAM checks for calls of a resource: its own and those of its parts.
 * - objects of a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 * - indexes and streams of a table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
 * - streams of a log group: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 * - the path of a parameter: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 * - the bus of an event rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
 */
export function callsOf({ kind, arn }: ManagedResource): ResourceCalls {
  if (!isSet(arn)) return { patterns: [undefined], also: [] };
  switch (kind) {
    case "bucket":
      return { patterns: [arn, `${arn}/*`], also: [] };
    case "table":
      return { patterns: [arn, `${arn}/index/*`, `${arn}/stream/*`], also: [] };
    case "log-group": {
      const group = arn.replace(/:\*$/, "");
      return { patterns: [group, `${group}:*`], also: [] };
    }
    case "parameter":
      return {
        patterns: [arn],
        also: pathsAbove(arn).map((resource) => ({ action: "ssm:GetParametersByPath", resource })),
      };
    case "rule":
      return { patterns: [arn], also: [{ action: "events:PutEvents", resource: busOf(arn) }] };
    default:
      return { patterns: [arn], also: [] };
  }
}

/** `…:parameter/app/prod` and `…:parameter/app` of `…:parameter/app/prod/greeting`. */
function pathsAbove(arn: string): string[] {
  const [start = arn, ...levels] = arn.split("/");
  return levels
    .slice(0, -1)
    .map((_, i) => [start, ...levels.slice(0, i + 1)].join("/"))
    .reverse();
}

/** The event bus of a rule: `rule/NAME` is on the default bus, `rule/BUS/NAME` on another. */
function busOf(arn: string): string {
  const [start = arn, first = "", second] = arn.split("/");
  return `${start.replace(/:rule$/, ":event-bus")}/${second === undefined ? "default" : first}`;
}
