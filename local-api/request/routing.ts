import { type ApiMethod, isKnown, type RestApi } from "../../preflight/graph/index.js";
import { known } from "../known.js";

/** A method of an API, as a request can meet it. */
export interface Route {
  /** `GET`, or `ANY`. */
  readonly httpMethod: string;
  /** `/messages/{id}`, from the root. */
  readonly resource: string;
  /** Whether a request needs an API key. */
  readonly isKeyRequired: boolean;
  readonly method: ApiMethod;
}

/** A request's route, with the values of the path's variables as they were sent: still URL-encoded. */
export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** How specific a segment of a resource's path is: the smaller, the more. */
const SPECIFICITY = { literal: 0, variable: 1, greedy: 2 } as const;

interface Segment {
  readonly kind: keyof typeof SPECIFICITY;
  /** The literal text, or the variable's name. */
  readonly text: string;
}

/** The methods of an API; one whose method or path is not known cannot be served. */
export function routesOf({ methods }: RestApi): Route[] {
  return methods.flatMap((method) => {
    const { httpMethod, path } = method;
    if (!isKnown(httpMethod) || !isKnown(path)) return [];
    const isKeyRequired = known(method.apiKeyRequired, `whether ${httpMethod} ${path} needs an API key`);
    return [{ httpMethod, resource: path, isKeyRequired, method }];
  });
}

/** `GET /messages` */
export function nameOf({ httpMethod, resource }: Pick<Route, "httpMethod" | "resource">): string {
  return `${httpMethod} ${resource}`;
}

/**
 * The route of a request. The path decides first, the most specific resource that has any method: a literal before
 * `{id}`, and that before `{proxy+}`. Then the method: the very one, or else `ANY`. A resource without either does
 * not fall back to a less specific one.
 * @param path below the stage; a slash at its end makes no difference
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
export function matchRoute(routes: readonly Route[], httpMethod: string, path: string): Match | undefined {
  const parts = partsOf(path);
  const matches = routes.flatMap((route) => {
    const segments = segmentsOf(route.resource);
    const pathParameters = bind(segments, parts);
    return pathParameters === undefined ? [] : [{ route, segments, pathParameters }];
  });
  const [best] = matches.sort((a, b) => compare(a.segments, b.segments));
  if (best === undefined) return undefined;
  const here = matches.filter(({ route }) => route.resource === best.route.resource);
  const found =
    here.find(({ route }) => route.httpMethod === httpMethod) ??
    here.find(({ route }) => route.httpMethod === "ANY");
  return found && { route: found.route, pathParameters: found.pathParameters };
}

function partsOf(path: string): string[] {
  const parts = path.split("/").slice(1);
  return parts.at(-1) === "" ? parts.slice(0, -1) : parts;
}

function segmentsOf(resource: string): Segment[] {
  return partsOf(resource).map((part) => {
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return { kind: "literal", text: part };
    return { kind: plus === "+" ? "greedy" : "variable", text: name };
  });
}

/** The values of a path's variables; undefined when the path is another. */
function bind(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [i, { kind, text }] of segments.entries()) {
    const part = parts[i];
    if (part === undefined || part === "") return undefined;
    if (kind === "greedy") return { ...values, [text]: parts.slice(i).join("/") };
    if (kind === "variable") values[text] = part;
    else if (part !== text) return undefined;
  }
  return parts.length === segments.length ? values : undefined;
}

function compare(a: readonly Segment[], b: readonly Segment[]): number {
  for (const [i, { kind }] of a.entries()) {
    const other = b[i];
    if (other === undefined) break;
    if (kind !== other.kind) return SPECIFICITY[kind] - SPECIFICITY[other.kind];
  }
  return 0;
}
