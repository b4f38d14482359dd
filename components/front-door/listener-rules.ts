import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FrontDoorRoute, REFUSALS, type RouteHeader } from "./routes.js";

type Condition = aws.types.input.lb.ListenerRuleCondition;
type Transform = aws.types.input.lb.ListenerRuleTransform;
type Action = aws.types.input.lb.ListenerRuleAction;

/** A rule that answers by itself, whatever the route. */
export interface RefusalRule {
  readonly name: string;
  readonly priority: number;
  readonly conditions: Condition[];
  readonly actions: Action[];
}

/**
 * Paths with the segment `.` or `..`. AWS says that it normalizes a path before it evaluates rules, but not how, and what
 * API Gateway makes of such a path behind the stage's name is not documented either. Of the six wildcards that a rule
 * may have these are five; a `%` is not among the characters of a pattern.
 */
const DOT_SEGMENTS = ["*/../*", "*/..", "*/./*"];

/**
 * Rules that come before every route.
 *
 * API Gateway chooses a private API by the Host header, which the routes set, and also by the header `x-apigw-api-id`,
 * which a rule can neither remove nor set; so a request that has it is refused.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export function refusalRules(): RefusalRule[] {
  const rules = [
    {
      name: "api-id",
      conditions: [{ httpHeader: { httpHeaderName: "x-apigw-api-id", values: ["*"] } }],
    },
    { name: "dot-segments", conditions: [{ pathPattern: { values: DOT_SEGMENTS } }] },
  ];
  if (rules.length !== REFUSALS) throw new Error(`the quota is counted for ${REFUSALS} rules`);
  return rules.map((rule, index) => ({
    ...rule,
    priority: index + 1,
    actions: [{ type: "fixed-response", fixedResponse: answer(400, "Bad Request") }],
  }));
}

/** A fixed answer in the form of API Gateway's own errors. */
export function answer(status: number, message: string) {
  return {
    statusCode: String(status),
    contentType: "application/json",
    messageBody: JSON.stringify({ message }),
  };
}

/**
 * Conditions of a route: three texts at most, of the five that a rule may have.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function conditionsOf({ path, header }: Pick<FrontDoorRoute, "path" | "header">): Condition[] {
  return [
    { pathPattern: { values: path === "/" ? ["/*"] : [path, `${path}/*`] } },
    ...(header === undefined ? [] : [headerCondition(header)]),
  ];
}

function headerCondition({ name, value }: RouteHeader): Condition {
  return { httpHeader: { httpHeaderName: name, values: [value] } };
}

/**
 * Rewrites of a route to an API: the Host header, whatever the caller sent, and the path.
 *
 * The expressions match every text, because a request that an expression does not match is sent on as it came. The one
 * for the URL is right whether or not the query string is part of what it is applied to.
 * @param host `API.execute-api.REGION.amazonaws.com`
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
 */
export function transformsTo(
  { path, stripPrefix }: Pick<FrontDoorRoute, "path" | "stripPrefix">,
  host: pulumi.Input<string>,
  stage: pulumi.Input<string>,
): Transform[] {
  const prefix = stripPrefix && path !== "/" ? `${escaped(path)}/?` : "/";
  return [
    {
      type: "host-header-rewrite",
      hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } },
    },
    {
      type: "url-rewrite",
      urlRewriteConfig: {
        rewrite: { regex: `^${prefix}(.*)$`, replace: pulumi.interpolate`/${stage}/$1` },
      },
    },
  ];
}

/** A path in a regular expression, in which each of its characters stands for itself. */
function escaped(path: string): string {
  return path.replace(/[^A-Za-z0-9/_~:@-]/g, "\\$&");
}
