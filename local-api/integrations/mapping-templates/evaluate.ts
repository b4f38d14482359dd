import { callMethod } from "./methods.js";
import { compute } from "./operators.js";
import type { Expression, Node, Reference, Step } from "./syntax.js";
import { printed, Tool, type Value } from "./values.js";

/** Variables of API Gateway, which print nothing if they have no value. */
const NEVER_VERBATIM = new Set(["context", "stageVariables"]);

/** Thrown by `#break`, and caught by the loop around it. */
class Break extends Error {
  constructor(readonly before: string) {
    super("#break outside of a #foreach");
  }
}

/**
 * Evaluates a template as Velocity 1.7 does. Null and false are falsy; all else is truthy, also empty text and 0. A
 * variable that is set to null keeps its value.
 * @see https://velocity.apache.org/engine/1.7/user-guide.html
 */
export class Evaluation {
  constructor(private readonly variables: Map<string, Value>) {}

  render(nodes: readonly Node[]): string {
    let output = "";
    for (const node of nodes) {
      try {
        output += this.node(node);
      } catch (error) {
        throw error instanceof Break ? new Break(output + error.before) : error;
      }
    }
    return output;
  }

  private node(node: Node): string {
    switch (node.kind) {
      case "text":
        return node.text;
      case "reference":
        return this.print(node.reference);
      case "set":
        this.set(node.to, this.value(node.value));
        return "";
      case "if": {
        const isTrue = ({ condition }: (typeof node.branches)[number]) =>
          condition === undefined || this.isTrue(condition);
        return this.render(node.branches.find(isTrue)?.body ?? []);
      }
      case "foreach":
        return this.foreach(node.variable, this.value(node.from), node.body);
      case "break":
        throw new Break("");
    }
  }

  private print({ id, isQuiet, source, ...rest }: Reference): string {
    const value = this.reference({ id, isQuiet, source, ...rest });
    if (value !== null) return printed(value);
    return isQuiet || NEVER_VERBATIM.has(id) ? "" : source;
  }

  private reference({ id, steps }: Reference): Value {
    return steps.reduce<Value>((self, step) => this.step(self, step), this.variables.get(id) ?? null);
  }

  private step(self: Value, step: Step): Value {
    switch (step.kind) {
      case "method":
        return callMethod(
          self,
          step.name,
          step.args.map((arg) => this.value(arg)),
        );
      case "index": {
        const at = this.value(step.index);
        return Array.isArray(self) ? (self[Number(at)] ?? null) : property(self, printed(at));
      }
      default:
        return property(self, step.name);
    }
  }

  private set({ id, steps }: Reference, value: Value): void {
    if (value === null) return;
    const last = steps.at(-1);
    if (last === undefined) {
      this.variables.set(id, value);
      return;
    }
    const target = this.reference({ id, steps: steps.slice(0, -1), isQuiet: true, source: "" });
    if (last.kind === "method" || !(target instanceof Map)) return;
    target.set(last.kind === "property" ? last.name : printed(this.value(last.index)), value);
  }

  private foreach(variable: string, from: Value, body: readonly Node[]): string {
    const items = Array.isArray(from) ? from : from instanceof Map ? [...from.values()] : [];
    const outer = [variable, "foreach", "velocityCount"].map(
      (name) => [name, this.variables.get(name)] as const,
    );
    let output = "";
    for (const [index, item] of items.entries()) {
      const loop = { index, count: index + 1, hasNext: index + 1 < items.length };
      this.variables.set(variable, item);
      this.variables.set("foreach", new Map(Object.entries(loop)));
      this.variables.set("velocityCount", loop.count);
      try {
        output += this.render(body);
      } catch (error) {
        if (!(error instanceof Break)) throw error;
        output += error.before;
        break;
      }
    }
    for (const [name, value] of outer) {
      if (value === undefined) this.variables.delete(name);
      else this.variables.set(name, value);
    }
    return output;
  }

  private isTrue(expression: Expression): boolean {
    const value = this.value(expression);
    return value !== null && value !== false;
  }

  private value(expression: Expression): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "template":
        return this.render(expression.body);
      case "reference":
        return this.reference(expression.reference);
      case "list":
        return expression.items.map((item) => this.value(item));
      case "map":
        return new Map(expression.entries.map(([key, item]) => [key, this.value(item)]));
      case "range": {
        const [from, to] = [Number(this.value(expression.from)), Number(this.value(expression.to))];
        const step = from <= to ? 1 : -1;
        return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
      }
      case "operation":
        return this.operation(expression.operator, expression.operands);
    }
  }

  private operation(operator: string, [left = NOTHING, right = NOTHING]: readonly Expression[]): Value {
    switch (operator) {
      case "not":
        return !this.isTrue(left);
      case "&&":
        return this.isTrue(left) && this.isTrue(right);
      case "||":
        return this.isTrue(left) || this.isTrue(right);
      case "parenthesis":
        return this.value(left);
      case "minus":
        return -Number(this.value(left));
      default:
        return compute(operator, this.value(left), this.value(right));
    }
  }
}

const NOTHING: Expression = { kind: "literal", value: null };

function property(self: Value, name: string): Value {
  if (self instanceof Map) return self.get(name) ?? null;
  return self instanceof Tool ? (self.properties.get(name) ?? null) : null;
}
