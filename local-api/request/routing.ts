import { type ApiMethod, isKnown, type RestApi } from "@lambda-networking/preflight";
import { known } from "../known.js";

/** A method of an API whose verb and path are known. */
export interface Route {
  /** `GET`, or `ANY`. */
  readonly httpMethod: string;
  /** `/messages/{id}`, from the root. */
  readonly resource: string;
  /** Whether a request needs an API key. */
  readonly isKeyRequired: boolean;
  readonly method: ApiMethod;
}

/** The route of a request, with the values of the path's variables as sent: still URL-encoded. */
export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Order of the kinds of segment in a resource's path; the most specific is 0. */
const SPECIFICITY = { literal: 0, variable: 1, greedy: 2 } as const;

interface Segment {
  readonly kind: keyof typeof SPECIFICITY;
  /** The literal text, or the variable's name. */
  readonly text: string;
}

/** The methods of an API, without those whose verb or path is not known. */
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
 * The route of a request. The path decides first: the most specific resource that fits and has a method. A literal is
 * more specific than `{id}`, and `{id}` more than `{proxy+}`. Then the verb decides: the same verb, or else `ANY`. If
 * the resource has neither, there is no route; a less specific resource is not tried.
 * @param path below the stage; a slash at the end is ignored
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

/** The values of a path's variables; undefined if the path does not fit. */
function bind(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const values = new Map<string, string>();
  for (const [i, { kind, text }] of segments.entries()) {
    const part = parts[i];
    if (part === undefined || part === "") return undefined;
    if (kind === "greedy") return Object.fromEntries(values.set(text, parts.slice(i).join("/")));
    if (kind === "variable") values.set(text, part);
    else if (part !== text) return undefined;
  }
  return parts.length === segments.length ? Object.fromEntries(values) : undefined;
}

function compare(a: readonly Segment[], b: readonly Segment[]): number {
  for (const [i, { kind }] of a.entries()) {
    const other = b[i];
    if (other === undefined) break;
    if (kind !== other.kind) return SPECIFICITY[kind] - SPECIFICITY[other.kind];
  }
  return 0;
}
