/** Whether a single statement applies to a request. */
import { parseArn } from "./arn.js";
import { type CompiledCondition, compileCondition, holds } from "./conditions.js";
import type { RequestContext } from "./context.js";
import type { PolicyDocument, Statement } from "./policy.js";
import { and, not, or, type Truth } from "./truth.js";
import { expand, hasVariableBeforeResourcePart, type Template, template } from "./variables.js";
import {
  globTokens,
  matchesEverything,
  matchesText,
  resourceTokens,
  sourceChars,
  type Token,
} from "./wildcard.js";

/** The request without its caller. */
export interface Question {
  /** Lower case, because actions are compared without case. */
  readonly action: string;
  /** Undefined if the ARN is not known. */
  readonly resource: string | undefined;
  readonly context: RequestContext;
}

interface ResourcePattern {
  readonly template: Template;
  /** Tokens of a pattern without variables. */
  readonly tokens?: readonly Token[];
  /** API Gateway's short form `execute-api:/…`, which is compared with the part after the API's ID. */
  readonly short: boolean;
}

export interface CompiledStatement {
  readonly statement: Statement;
  readonly actions: readonly (readonly Token[])[];
  readonly resources: readonly ResourcePattern[];
  readonly conditions: readonly CompiledCondition[];
}

const cache = new WeakMap<PolicyDocument, readonly CompiledStatement[]>();

/** The statements of a document, prepared once for any number of requests. */
export function compiled(document: PolicyDocument): readonly CompiledStatement[] {
  const known = cache.get(document);
  if (known !== undefined) return known;
  const variables = document.version === "2012-10-17";
  const statements = document.statements.map((statement) => ({
    statement,
    actions: statement.actions.patterns.map((pattern) => globTokens(sourceChars(pattern.toLowerCase()))),
    resources: (statement.resources?.patterns ?? []).map((pattern) =>
      compileResource(pattern, variables, document.kind === "api-gateway"),
    ),
    conditions: statement.conditions.map((condition) => compileCondition(condition, variables)),
  }));
  cache.set(document, statements);
  return statements;
}

const SHORT_FORM = "execute-api:/";

function compileResource(pattern: string, variables: boolean, apiGateway: boolean): ResourcePattern {
  const short = apiGateway && pattern.startsWith(SHORT_FORM);
  const source = template(short ? pattern.slice(SHORT_FORM.length) : pattern, variables);
  if (source.fixed?.state !== "text") return { template: source, short };
  const { chars } = source.fixed;
  return { template: source, short, tokens: short ? globTokens(chars) : resourceTokens(chars) };
}

/**
 * Whether action, resource and conditions fit. The principal is checked elsewhere. Reasons for unknown are added to
 * `because`.
 */
export function fits(compiledStatement: CompiledStatement, question: Question, because: Set<string>): Truth {
  const { statement, actions, resources, conditions } = compiledStatement;
  const action = actions.some((pattern) => matchesText(pattern, question.action));
  if (action === statement.actions.negated) return false;
  const resource = fitsResource(statement, resources, question, because);
  if (resource === false) return false;
  let all: Truth = resource;
  for (const condition of conditions) {
    all = and(all, holds(condition, question.context, because));
    if (all === false) return false;
  }
  return all;
}

function fitsResource(
  statement: Statement,
  patterns: readonly ResourcePattern[],
  question: Question,
  because: Set<string>,
): Truth {
  // A trust policy names no resource, because it concerns the role that it belongs to.
  if (statement.resources === undefined) return true;
  let matched: Truth = false;
  for (const pattern of patterns) {
    matched = or(matched, matchResource(pattern, question, because));
    if (matched === true) break;
  }
  return statement.resources.negated ? not(matched) : matched;
}

function matchResource(
  pattern: ResourcePattern,
  { resource, context }: Question,
  because: Set<string>,
): Truth {
  const tokens = pattern.tokens ?? expandResource(pattern, context, because);
  if (typeof tokens === "string") return tokens === "unknown" ? "unknown" : false;
  if (resource === undefined) {
    if (matchesEverything(tokens) && !pattern.short) return true;
    because.add("the ARN of the resource is not known");
    return "unknown";
  }
  if (!pattern.short) return matchesText(tokens, resource);
  const arn = parseArn(resource);
  const afterApi = arn?.resource.indexOf("/") ?? -1;
  return (
    arn?.service === "execute-api" && afterApi >= 0 && matchesText(tokens, arn.resource.slice(afterApi + 1))
  );
}

function expandResource(
  pattern: ResourcePattern,
  context: RequestContext,
  because: Set<string>,
): readonly Token[] | "null" | "unknown" {
  if (!pattern.short && hasVariableBeforeResourcePart(pattern.template)) {
    because.add(`"${pattern.template.source}" has a variable before the fifth colon, where AWS takes none`);
    return "unknown";
  }
  const expansion = expand(pattern.template, context);
  if (expansion.state === "null") return "null";
  if (expansion.state === "text") {
    return pattern.short ? globTokens(expansion.chars) : resourceTokens(expansion.chars);
  }
  because.add(expansion.reason);
  return "unknown";
}
