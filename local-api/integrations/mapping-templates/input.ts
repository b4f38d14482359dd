import { isRecord } from "@lambda-networking/preflight";
import { JSONPath } from "jsonpath-plus";
import { fromJson, jsonOf, printed, Tool, type Value } from "./values.js";

/** Parameters of a request by name, as sent. */
export interface TemplateParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** Error of a template that reads a part of a body that is not JSON. */
export class BodyNotJson extends Error {
  constructor() {
    super("the template reads the body as JSON, and it is none");
  }
}

/**
 * `$input`: the body and the parameters of the request.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference
 */
export function inputOf(body: string, params: TemplateParameters): Tool {
  const places = [params.path, params.querystring, params.header].map(
    (place) => new Map(Object.entries(place)),
  );
  const [path = new Map(), querystring = new Map(), header = new Map()] = places;
  const all: Value = new Map<string, Value>([
    ["path", path],
    ["querystring", querystring],
    ["header", header],
  ]);
  let parsed: { readonly json: unknown } | undefined;
  const at = (expression: Value = "$"): Value => {
    parsed ??= { json: parse(body) };
    const found = select(parsed.json, printed(expression));
    return found === undefined ? "" : found;
  };
  return new Tool(
    new Map<string, (...args: readonly Value[]) => Value>([
      ["json", (expression) => jsonOf(at(expression))],
      ["path", (expression) => at(expression)],
      ["params", (name) => (name === undefined ? all : first(places, printed(name)))],
    ]),
    new Map([["body", body === "" ? "{}" : body]]),
  );
}

/** A parameter from the path, else from the query, else from the headers. */
function first(places: readonly ReadonlyMap<string, string>[], name: string): string {
  return places.find((place) => place.has(name))?.get(name) ?? "";
}

function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body === "" ? "{}" : body);
    return json;
  } catch {
    throw new BodyNotJson();
  }
}

/** Whether a path can select several values, and so gives a list. */
const INDEFINITE = /\*|\.\.|\?\(|\[[^\]'"]*[,:]/;

/**
 * The value that a JSONPath expression selects; undefined if there is none. A null in the body is a value. Filters with
 * expressions are not evaluated, because that would run code of the template in this process.
 */
function select(json: unknown, path: string): Value | undefined {
  if (path === "$") return fromJson(json);
  if (!isRecord(json) && !Array.isArray(json)) return undefined;
  const found: unknown = JSONPath({ path, json, wrap: true, eval: false, resultType: "value" });
  const values = Array.isArray(found) ? found : [];
  if (INDEFINITE.test(path)) return fromJson(values);
  return values.length === 0 ? undefined : fromJson(values[0]);
}
