import { printed, type Value } from "./values.js";

/** Velocity's operators of two values; those that are decided by the first one alone are elsewhere. */
export function compute(operator: string, left: Value, right: Value): Value {
  if (operator === "==") return equal(left, right);
  if (operator === "!=") return !equal(left, right);
  if (operator === "+" && (typeof left === "string" || typeof right === "string")) {
    return printed(left) + printed(right);
  }
  // Of what is no number there is nothing to compute; the reference is invalid.
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

/** Whole numbers divide without a rest. */
function divided(left: number, right: number): number {
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
}

/** Values of different kinds are equal when they are printed alike. */
function equal(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  return left === right || printed(left) === printed(right);
}
