/** Whether a single statement applies to a request. */
import { ARN_PARTS, parseArn } from "./arn.js";
import { type CompiledCondition, compileCondition, holds } from "./conditions.js";
import type { RequestContext } from "./context.js";
import type { PolicyDocument, Statement } from "./policy.js";
import { agreed, and, not, or, type Truth } from "./truth.js";
import { colonsIn, expand, hasVariableBeforeResourcePart, type Template, template } from "./variables.js";
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
  /** An ARN of fewer than six parts with `*` for each missing part. */
  readonly completed?: ResourcePattern;
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
  const lacking = pattern.startsWith("arn:") ? ARN_PARTS - 1 - colonsIn(source) : 0;
  const whole = lacking > 0 && compileResource(`${pattern}${":*".repeat(lacking)}`, variables, apiGateway);
  const compiledPattern = { template: source, short, ...(whole !== false && { completed: whole }) };
  if (source.fixed?.state !== "text") return compiledPattern;
  const { chars } = source.fixed;
  return { ...compiledPattern, tokens: short ? globTokens(chars) : resourceTokens(chars) };
}

/**
 * Whether action, resource and conditions fit. The principal is checked elsewhere. Reasons for unknown are added to
 * `because`.
 * @param completes whether AWS completes an ARN of fewer than six parts in this policy
 */
export function fits(
  compiledStatement: CompiledStatement,
  question: Question,
  completes: boolean,
  because: Set<string>,
): Truth {
  const { statement, actions, resources, conditions } = compiledStatement;
  const action = actions.some((pattern) => matchesText(pattern, question.action));
  if (action === statement.actions.negated) return false;
  const resource = fitsResource(statement, resources, question, completes, because);
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
  completes: boolean,
  because: Set<string>,
): Truth {
  // A trust policy names no resource, because it concerns the role that it belongs to.
  if (statement.resources === undefined) return true;
  let matched: Truth = false;
  for (const pattern of patterns) {
    matched = or(matched, matchPattern(pattern, question, completes, because));
    if (matched === true) break;
  }
  if (!statement.resources.negated) return matched;
  const short = patterns.find(({ completed }) => completed !== undefined);
  if (matched === false && short !== undefined) {
    because.add(
      `AWS does not document "${short.template.source}" in NotResource, which has fewer than six parts`,
    );
    return "unknown";
  }
  return not(matched);
}

/**
 * AWS completes an ARN of fewer than six parts in an identity policy: `arn:aws:sqs` means `arn:aws:sqs:*:*:*`. It does
 * not document such an ARN in other policies, so there both readings have to agree.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
function matchPattern(
  pattern: ResourcePattern,
  question: Question,
  completes: boolean,
  because: Set<string>,
): Truth {
  if (pattern.completed === undefined) return matchResource(pattern, question, because);
  const completed = matchResource(pattern.completed, question, because);
  if (completes) return completed;
  const truth = agreed(matchResource(pattern, question, because), completed);
  if (truth === "unknown") because.add(`"${pattern.template.source}" has fewer than six parts`);
  return truth;
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
