import { printed, type Value } from "./values.js";

/** Velocity's operators of two values, without `&&` and `||`, which may need only the first value. */
export function compute(operator: string, left: Value, right: Value): Value {
  if (operator === "==") return equal(left, right);
  if (operator === "!=") return !equal(left, right);
  if (operator === "+" && (typeof left === "string" || typeof right === "string")) {
    return printed(left) + printed(right);
  }
  // Velocity has no result for values that are not numbers, so the reference is invalid.
  if (typeof left !== "number" || typeof right !== "number") return null;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? null : divided(left, right);
    case "%":
      return right === 0 ? null : left % right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    default:
      throw new Error(`a template with the operator ${operator}, which is not known here`);
  }
}

/** Integers divide without a remainder. */
function divided(left: number, right: number): number {
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
}

/** Values of different types are equal if they print the same text. */
function equal(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  return left === right || printed(left) === printed(right);
}
