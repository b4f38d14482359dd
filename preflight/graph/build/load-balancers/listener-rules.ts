import { inputValue, integer, list, oneOf, type Properties, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type {
  Key,
  ListenerRule,
  QueryPair,
  ResourceRef,
  RuleAction,
  RuleCondition,
  RuleTransform,
} from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";

/** A rule of a listener, from its resource. */
export function ruleOf(context: Context, rule: SourceResource): ListenerRule {
  return {
    ref: refOf(rule),
    priority: integer(inputValue(rule, "priority")) ?? UNKNOWN,
    conditions: records(inputValue(rule, "conditions")).flatMap((condition) =>
      isKnown(condition) ? conditionsOf(condition) : [UNKNOWN],
    ),
    action: actionOf(context, rule, "actions"),
    transforms: records(inputValue(rule, "transforms")).map((transform) =>
      isKnown(transform) ? transformOf(context, rule, transform) : UNKNOWN,
    ),
  };
}

export function defaultRuleOf(context: Context, listener: SourceResource): ListenerRule {
  const action = actionOf(context, listener, "defaultActions");
  return { ref: refOf(listener), priority: undefined, conditions: [], action, transforms: [] };
}

/** What a listener without rules does: it forwards every connection. */
export function forwardingTo(ref: ResourceRef, targetGroup: MaybeUnknown<Key>): ListenerRule {
  const action = { ...ANSWER, kind: "forward", targetGroups: [targetGroup] } as const;
  return { ref, priority: undefined, conditions: [], action, transforms: [] };
}

/** The order in which rules are evaluated; those with an unknown priority come last, in any order. */
export function byPriority(rules: readonly ListenerRule[]): ListenerRule[] {
  const order = ({ priority }: ListenerRule) =>
    typeof priority === "number" ? priority : Number.POSITIVE_INFINITY;
  return [...rules].sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** One condition for each kind in a block of conditions, which has one of them. */
function conditionsOf(block: Properties): MaybeUnknown<RuleCondition>[] {
  const part = (
    property: string,
    read: (value: Properties) => RuleCondition,
  ): MaybeUnknown<RuleCondition>[] =>
    records(block[property]).map((value) => (isKnown(value) ? read(value) : UNKNOWN));
  return [
    ...part("pathPattern", (value) => ({ kind: "path-pattern", ...patternsOf(value) })),
    ...part("hostHeader", (value) => ({ kind: "host-header", ...patternsOf(value) })),
    ...part("httpHeader", (value) => ({
      kind: "http-header",
      header: text(value.httpHeaderName) ?? UNKNOWN,
      ...patternsOf(value),
    })),
    ...part("httpRequestMethod", ({ values }) => ({
      kind: "http-request-method",
      values: texts(values),
    })),
    ...part("sourceIp", ({ values }) => ({ kind: "source-ip", values: texts(values) })),
    ...queryStrings(block.queryStrings),
  ];
}

function queryStrings(value: unknown): MaybeUnknown<RuleCondition>[] {
  const pairs = records(value).map(
    (pair): MaybeUnknown<QueryPair> =>
      isKnown(pair) ? { key: text(pair.key), value: text(pair.value) ?? UNKNOWN } : UNKNOWN,
  );
  return pairs.length === 0 ? [] : [{ kind: "query-string", pairs }];
}

function patternsOf({ values, regexValues }: Properties) {
  return { values: texts(values), regexValues: texts(regexValues) };
}

function texts(value: unknown): MaybeUnknown<string>[] {
  return list(value).map((item) => text(item) ?? UNKNOWN);
}

function transformOf({ references }: Context, rule: SourceResource, transform: Properties): RuleTransform {
  const kind = oneOf(transform.type, ["host-header-rewrite", "url-rewrite"]) ?? UNKNOWN;
  const config = kind === "url-rewrite" ? transform.urlRewriteConfig : transform.hostHeaderRewriteConfig;
  const [written] = records(config);
  const apis = references.dependencies(rule, "transforms", KINDS.api);
  const unread: RuleTransform = { kind, regex: UNKNOWN, replace: UNKNOWN, apis };
  if (written === undefined || !isKnown(written)) return unread;
  const [rewrite] = records(written.rewrite);
  if (rewrite === undefined || !isKnown(rewrite)) return unread;
  const replace = rewrite.replace === "" ? "" : (text(rewrite.replace) ?? UNKNOWN);
  return { kind, regex: text(rewrite.regex) ?? UNKNOWN, replace, apis: isKnown(replace) ? [] : apis };
}

const ANSWER: Omit<RuleAction, "kind"> = {
  targetGroups: [],
  authenticates: false,
  status: undefined,
  body: undefined,
  contentType: undefined,
  redirect: undefined,
};

const SIGN_IN = new Set(["authenticate-oidc", "authenticate-cognito", "jwt-validation"]);

/**
 * The last of the actions decides, because those before it only authenticate the caller. A target group with the
 * weight 0 gets no connections.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
 */
function actionOf({ references }: Context, resource: SourceResource, property: string): RuleAction {
  const actions = records(inputValue(resource, property));
  const last = actions.reduce<MaybeUnknown<Properties> | undefined>(
    (found, each) => (isKnown(each) && orderOf(each) < orderOf(found) ? found : each),
    undefined,
  );
  const targetGroups = (arns: readonly unknown[]) => [
    ...new Set(references.many(resource, property, arns, KINDS.targetGroup)),
  ];
  if (last === undefined || !isKnown(last)) {
    const known = references.dependencies(resource, property, KINDS.targetGroup);
    return { ...ANSWER, kind: UNKNOWN, authenticates: UNKNOWN, targetGroups: known };
  }
  const types = actions.map((action) => (isKnown(action) ? (text(action.type) ?? UNKNOWN) : UNKNOWN));
  const before: Omit<RuleAction, "kind"> = { ...ANSWER, authenticates: signIn(types) };
  const type = text(last.type);
  if (type === "forward") {
    const weighted = records(last.forward).flatMap((forward): MaybeUnknown<Properties>[] =>
      isKnown(forward) ? records(forward.targetGroups) : [UNKNOWN],
    );
    const used = weighted.filter((group) => !isKnown(group) || integer(group.weight) !== 0);
    const arns =
      weighted.length > 0
        ? used.map((group) => (isKnown(group) ? group.arn : UNKNOWN))
        : [last.targetGroupArn];
    return { ...before, kind: "forward", targetGroups: targetGroups(arns) };
  }
  if (type === "fixed-response") {
    const [response] = records(last.fixedResponse);
    const { statusCode, messageBody, contentType } =
      response !== undefined && isKnown(response) ? response : UNREAD_RESPONSE;
    return {
      ...before,
      kind: "fixed-response",
      status: integer(statusCode) ?? UNKNOWN,
      body: text(messageBody),
      contentType: text(contentType),
    };
  }
  if (type === "redirect") return { ...before, kind: "redirect", ...redirectOf(last) };
  return { ...before, kind: UNKNOWN };
}

const UNREAD_RESPONSE: Properties = { statusCode: UNKNOWN, messageBody: UNKNOWN, contentType: UNKNOWN };

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
function redirectOf({ redirect }: Properties): Pick<RuleAction, "status" | "redirect"> {
  const [written] = records(redirect);
  if (written === undefined || !isKnown(written)) return { status: UNKNOWN, redirect: undefined };
  const { statusCode } = written;
  const status = statusCode === "HTTP_301" ? 301 : statusCode === "HTTP_302" ? 302 : UNKNOWN;
  const part = (property: string, otherwise: string) => text(written[property]) ?? otherwise;
  return {
    status,
    redirect: {
      protocol: part("protocol", "#{protocol}"),
      host: part("host", "#{host}"),
      port: part("port", "#{port}"),
      path: part("path", "/#{path}"),
      query: part("query", "#{query}"),
    },
  };
}

function signIn(types: readonly MaybeUnknown<string>[]): MaybeUnknown<boolean> {
  if (types.some((type) => isKnown(type) && SIGN_IN.has(type))) return true;
  return types.includes(UNKNOWN) ? UNKNOWN : false;
}

function orderOf(action: MaybeUnknown<Properties> | undefined): number {
  const order = action !== undefined && isKnown(action) ? integer(action.order) : undefined;
  return typeof order === "number" ? order : 0;
}
