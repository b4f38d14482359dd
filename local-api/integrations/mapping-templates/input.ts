import { isRecord } from "@lambda-networking/preflight";
import { JSONPath } from "jsonpath-plus";
import { fromJson, jsonOf, printed, Tool, type Value } from "./values.js";

/** A request's parameters by name, as they were sent. */
export interface TemplateParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** A template asked for a part of a body that is no JSON. */
export class BodyNotJson extends Error {
  constructor() {
    super("the template reads the body as JSON, and it is none");
  }
}

/**
 * `$input`: the body, and the request's parameters.
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

/** A name is looked for in the path, then in the query, then in the headers. */
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

/** A path that can mean several values gives a list of them. */
const INDEFINITE = /\*|\.\.|\?\(|\[[^\]'"]*[,:]/;

/**
 * What a JSONPath expression selects; undefined when there is nothing. A null that is there is one. Filters with
 * expressions are not evaluated: that would run the template's code in this process.
 */
function select(json: unknown, path: string): Value | undefined {
  if (path === "$") return fromJson(json);
  if (!isRecord(json) && !Array.isArray(json)) return undefined;
  const found: unknown = JSONPath({ path, json, wrap: true, eval: false, resultType: "value" });
  const values = Array.isArray(found) ? found : [];
  if (INDEFINITE.test(path)) return fromJson(values);
  return values.length === 0 ? undefined : fromJson(values[0]);
}
