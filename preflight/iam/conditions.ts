/**
 * Evaluates the conditions of a statement against what is known of a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
import type { RequestContext } from "./context.js";
import { OPERATORS, type Operator } from "./operators.js";
import type { Condition } from "./policy.js";
import { and, not, or, type Truth } from "./truth.js";
import { expand, type Template, template } from "./variables.js";

type Qualifier = "ForAllValues" | "ForAnyValue" | undefined;

interface CompareTest {
  readonly type: "compare";
  readonly qualifier: Qualifier;
  readonly operator: Operator;
  readonly ifExists: boolean;
}

type Test = { readonly type: "null" } | CompareTest;

/** A condition with its operator parsed and its variables found. */
export interface CompiledCondition {
  readonly source: Condition;
  /** Undefined for an operator that AWS does not document. */
  readonly test: Test | undefined;
  readonly values: readonly Template[];
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

export function compileCondition(condition: Condition, variables: boolean): CompiledCondition {
  const test = readOperator(condition.operator);
  const withVariables = variables && test?.type === "compare" && test.operator.variables;
  return { source: condition, test, values: condition.values.map((value) => template(value, withVariables)) };
}

function readOperator(name: string): Test | undefined {
  if (name === "Null") return { type: "null" };
  const [, qualifier, base = "", suffix] = NAME.exec(name) ?? [];
  const operator = OPERATORS.get(base);
  if (operator === undefined) return undefined;
  const set = qualifier === "ForAllValues" || qualifier === "ForAnyValue" ? qualifier : undefined;
  return { type: "compare", qualifier: set, operator, ifExists: suffix !== undefined };
}

/**
 * Whether one condition holds. Adds to `because` what leaves it open: an unknown key, an operator that AWS does not
 * document, a value that is not of the operator's type.
 */
export function holds(condition: CompiledCondition, context: RequestContext, because: Set<string>): Truth {
  const { source, test } = condition;
  if (test === undefined) {
    because.add(`AWS documents no condition operator "${source.operator}"`);
    return "unknown";
  }
  if (test.type === "compare" && !test.operator.variables && source.values.some((it) => it.includes("${"))) {
    because.add(`AWS takes no policy variables in ${source.operator}`);
    return "unknown";
  }
  const entry = context.lookup(source.key);
  if (test.type === "null") return isNull(condition, entry.state, because);
  if (entry.state === "absent") return whenAbsent(source, test, because);
  if (entry.state !== "values") {
    because.add(`the value of ${source.key} is not known`);
    return "unknown";
  }
  if (test.qualifier === undefined && entry.multivalued) {
    because.add(`${source.key} is multivalued, and ${source.operator} lacks ForAllValues or ForAnyValue`);
    return "unknown";
  }
  const results = entry.values.map((value) => compareOne(condition, test.operator, value, context, because));
  return test.qualifier === "ForAnyValue" ? or(...results) : and(...results);
}

/**
 * The result for an absent key, by qualifier; a negated operator makes no difference to the qualifiers. AWS requires a
 * set qualifier on multivalued keys and does not document what happens without one. Nor does it document
 * `ForAnyValue:…IfExists`: without the key `ForAnyValue` is false and `IfExists` is true.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists
 */
function whenAbsent(
  { key, operator }: Condition,
  { qualifier, operator: { negated }, ifExists }: CompareTest,
  because: Set<string>,
): Truth {
  if (ifExists && qualifier === "ForAnyValue") {
    because.add(`AWS does not document ${operator} for a request without ${key}`);
    return "unknown";
  }
  if (ifExists) return true;
  return qualifier === undefined ? negated : qualifier === "ForAllValues";
}

/** `Null: true` requires that the key is absent, `Null: false` that it is present. */
function isNull({ source, values }: CompiledCondition, state: string, because: Set<string>): Truth {
  const results = values.map(({ source: value }): Truth => {
    const wanted = value.toLowerCase();
    if (wanted !== "true" && wanted !== "false") {
      because.add(`Null takes true or false, not "${value}"`);
      return "unknown";
    }
    if (state !== "unknown") return (state === "absent") === (wanted === "true");
    because.add(`whether ${source.key} is in the request is not known`);
    return "unknown";
  });
  return or(...results);
}

/** Compares one value of the request with all of the policy's: any of them has to match or, if negated, none. */
function compareOne(
  { source, values }: CompiledCondition,
  operator: Operator,
  value: string,
  context: RequestContext,
  because: Set<string>,
): Truth {
  const open: string[] = [];
  const results = values.map((item): Truth => {
    const expanded = expand(item, context);
    if (expanded.state === "null") return false;
    if (expanded.state === "unknown") {
      open.push(expanded.reason);
      return "unknown";
    }
    const result = operator.compare(value, expanded.chars);
    if (result === "unknown") open.push(`${source.operator} cannot compare "${value}" with "${item.source}"`);
    return result;
  });
  const matched = or(...results);
  if (matched === "unknown") for (const reason of open) because.add(reason);
  return operator.negated ? not(matched) : matched;
}
