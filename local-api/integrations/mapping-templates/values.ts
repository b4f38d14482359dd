import { isRecord } from "@lambda-networking/preflight";

/**
 * A value in a template. JSON objects are Maps, so that `__proto__` and `constructor` are plain keys.
 */
export type Value = string | number | boolean | null | Value[] | ValueMap | Tool;
export type ValueMap = Map<string, Value>;

/** An object with methods that API Gateway provides, such as `$util`. */
export class Tool {
  constructor(
    readonly methods: ReadonlyMap<string, (...args: readonly Value[]) => Value>,
    readonly properties: ReadonlyMap<string, Value> = new Map(),
  ) {}
}

/** A JSON value as a value in templates. */
export function fromJson(json: unknown): Value {
  if (Array.isArray(json)) return json.map(fromJson);
  if (isRecord(json)) return new Map(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
  if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  return null;
}

/** Text of a value as Java prints it: a list as JSON, a map as `{key=value}`. */
export function printed(value: Value): string {
  if (Array.isArray(value)) return jsonOf(value);
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${key}=${printed(item)}`).join(", ")}}`;
  }
  return value instanceof Tool ? "" : String(value);
}

/** Keys in their order in the JSON. */
export function jsonOf(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`).join(",")}}`;
  }
  return value instanceof Tool ? "null" : JSON.stringify(value);
}
