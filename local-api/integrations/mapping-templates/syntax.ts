import { isRecord, list } from "@lambda-networking/preflight";
import { Helper, parse } from "velocityjs";

/** A node of a template. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly reference: Reference }
  | { readonly kind: "set"; readonly to: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[] }
  | {
      readonly kind: "foreach";
      readonly variable: string;
      readonly from: Expression;
      readonly body: readonly Node[];
    }
  | { readonly kind: "break" };

/** Without a condition: `#else`. */
interface Branch {
  readonly condition: Expression | undefined;
  readonly body: readonly Node[];
}

/** `$input.params().header.get('x')` */
export interface Reference {
  readonly id: string;
  readonly steps: readonly Step[];
  /** `$!x`: prints nothing if it has no value. Without it, the reference itself is printed. */
  readonly isQuiet: boolean;
  readonly source: string;
}

export type Step =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "index"; readonly index: Expression }
  | { readonly kind: "method"; readonly name: string; readonly args: readonly Expression[] };

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Text in double quotes. */
  | { readonly kind: "template"; readonly body: readonly Node[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "map"; readonly entries: readonly (readonly [key: string, value: Expression])[] }
  | { readonly kind: "reference"; readonly reference: Reference }
  | { readonly kind: "operation"; readonly operator: string; readonly operands: readonly Expression[] };

/**
 * Parses a template. Directives that API Gateway does not support (`#macro`, `#define`, `#parse`) are not supported.
 * @throws Error if the text is not a template
 * @see https://velocity.apache.org/engine/1.7/vtl-reference.html
 */
export function readTemplate(template: string): Node[] {
  return nodes(parse(template));
}

function nodes(parsed: unknown): Node[] {
  return list(parsed).flatMap(node);
}

function node(item: unknown): Node[] {
  if (typeof item === "string") return [{ kind: "text", text: item }];
  if (Array.isArray(item)) return [block(item)];
  const ast = record(item);
  switch (ast.type) {
    case "raw":
      return [{ kind: "text", text: String(ast.value) }];
    case "references":
      return [{ kind: "reference", reference: reference(ast) }];
    case "set": {
      const [to, value] = list(ast.equal);
      return [{ kind: "set", to: reference(record(to)), value: expression(value) }];
    }
    case "comment":
      return [];
    case "break":
      return [{ kind: "break" }];
    default:
      throw new Error(`a template with #${String(ast.id ?? ast.type)}, which is not known here`);
  }
}

/** From `#if` or `#foreach` to its `#end`. */
function block([head, ...rest]: readonly unknown[]): Node {
  const ast = record(head);
  if (ast.type === "foreach") {
    return { kind: "foreach", variable: String(ast.to), from: expression(ast.from), body: nodes(rest) };
  }
  if (ast.type !== "if") throw new Error(`a template with #${String(ast.type)}, which is not known here`);
  const starts = [0, ...rest.flatMap((item, i) => (isBranch(item) ? [i + 1] : []))];
  const all = [head, ...rest];
  const branches = starts.map((start, i): Branch => {
    const { type, condition } = record(all[start]);
    const body = nodes(all.slice(start + 1, starts[i + 1]));
    return { condition: type === "else" ? undefined : expression(condition), body };
  });
  return { kind: "if", branches };
}

function isBranch(item: unknown): boolean {
  return isRecord(item) && (item.type === "else" || item.type === "elseif");
}

function reference(ast: Readonly<Record<string, unknown>>): Reference {
  return {
    id: String(ast.id),
    steps: list(ast.path ?? []).map(step),
    isQuiet: ast.leader === "$!",
    source: String(Helper.getRefText(Object(ast))),
  };
}

function step(item: unknown): Step {
  const { type, id, args } = record(item);
  if (type === "index") return { kind: "index", index: expression(id) };
  if (type === "method") {
    return { kind: "method", name: String(id), args: Array.isArray(args) ? args.map(expression) : [] };
  }
  return { kind: "property", name: String(id) };
}

const CONSTANTS: ReadonlyMap<unknown, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function expression(item: unknown): Expression {
  const ast = record(item);
  const { type, value } = ast;
  switch (type) {
    case "references":
      return { kind: "reference", reference: reference(ast) };
    case "string":
      return ast.isEval === true && /[$#]/.test(String(value))
        ? { kind: "template", body: readTemplate(String(value)) }
        : { kind: "literal", value: String(value) };
    case "integer":
    case "decimal":
      return { kind: "literal", value: Number(value) };
    case "bool":
      return { kind: "literal", value: CONSTANTS.get(value) ?? null };
    case "array": {
      const [from, to] = list(value).map(bound);
      if (ast.isRange === true && from !== undefined && to !== undefined) return { kind: "range", from, to };
      return { kind: "list", items: list(value).map(expression) };
    }
    case "map":
      return {
        kind: "map",
        entries: Object.entries(record(value)).map(([key, inner]) => [key, expression(inner)] as const),
      };
    case "math":
      return {
        kind: "operation",
        operator: String(ast.operator),
        operands: list(ast.expression).map(expression),
      };
    default:
      throw new Error(`a template with an expression of a kind that is not known here: ${String(type)}`);
  }
}

/** The end of a range: a number as text, or a reference. */
function bound(item: unknown): Expression {
  return typeof item === "string" || typeof item === "number"
    ? { kind: "literal", value: Number(item) }
    : expression(item);
}

function record(item: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(item)) throw new Error(`not a template: ${JSON.stringify(item)}`);
  return item;
}
