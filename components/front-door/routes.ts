import { createHash } from "node:crypto";

/** A header that selects a route. Both texts stand for themselves, and letter case does not matter in either. */
export interface RouteHeader {
  readonly name: string;
  /** The header's whole value. */
  readonly value: string;
}

/** Where a route leads. */
export type RouteTarget =
  /** This stack's API, at its stage. */
  | { readonly kind: "own-api" }
  /** Another private API of the Region. */
  | {
      readonly kind: "api";
      readonly id: string;
      readonly stage: string;
      /** @default the stack's account */
      readonly accountId?: string;
    }
  /** This stack's function, without an API. */
  | { readonly kind: "function" };

/** A route as it is configured. */
export interface RouteSettings {
  /**
   * Path prefix: `/pets` is `/pets` and everything below it, but not `/petshop`. Letter case matters.
   * @default every path
   */
  readonly path?: string;
  /** @default with any headers */
  readonly header?: RouteHeader;
  /** Another API than the stack's. */
  readonly api?: { readonly id: string; readonly stage: string; readonly accountId?: string };
  readonly function?: true;
  /** Whether the target sees the path without the prefix: `/pets/1` as `/1`, and `/pets` as `/`. */
  readonly stripPrefix: boolean;
}

/** A route of the front door, the same for a load balancer's rules and for a proxy's configuration. */
export interface FrontDoorRoute {
  /** Part of the names of its resources: `pets-1a2b3c`. It depends on path and header alone. */
  readonly name: string;
  /** Place in the order of evaluation, from 100 to 49,999: the route with the smallest number that matches counts. */
  readonly priority: number;
  /** Path prefix without a slash at its end; `/` is every path. */
  readonly path: string;
  readonly header?: RouteHeader;
  readonly stripPrefix: boolean;
  readonly target: RouteTarget;
}

/** The longest path prefix; a load balancer's path pattern has 128 characters, of which two are `/*`. */
const LONGEST_PATH = 126;
/** Smaller priorities are for rules that refuse requests whatever the route. */
const FIRST_PRIORITY = 100;
/** Rules that refuse requests whatever the route. */
export const REFUSALS = 2;
/** Priorities of routes that are equally specific. A listener has priorities 1 to 50,000. */
const BAND = 196;

/**
 * Plans the routes, in the order of evaluation. A route with a header counts before one without, because a caller that
 * sends the header chose; among these a longer path counts before a shorter one.
 *
 * A route's priority depends on what the route matches, not on the other routes, so that adding, removing or moving one
 * changes no other rule: each number of characters has a band of priorities, in which a hash chooses. Only two routes
 * whose hashes meet depend on each other; then the one with the smaller key comes first.
 */
export function planRoutes(settings: readonly RouteSettings[]): FrontDoorRoute[] {
  const taken = new Set<number>();
  const keyed = settings.map((route) => ({ key: routeKey(route), route }));
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, route }) => planRoute(key, route, taken))
    .sort((a, b) => a.priority - b.priority);
}

/** What a route matches, as one text. Two routes with the same key match the same requests. */
export function routeKey({ path = "/", header }: Pick<RouteSettings, "path" | "header">): string {
  return JSON.stringify([path, ...(header ? [header.name.toLowerCase(), header.value.toLowerCase()] : [])]);
}

function planRoute(key: string, route: RouteSettings, taken: Set<number>): FrontDoorRoute {
  const { path = "/", header, stripPrefix } = route;
  const hash = createHash("sha256").update(key).digest("hex");
  const band = FIRST_PRIORITY + bandOf(path, header) * BAND;
  let offset = Number.parseInt(hash.slice(0, 8), 16) % BAND;
  while (taken.has(band + offset)) offset = (offset + 1) % BAND;
  taken.add(band + offset);
  return {
    name: `${slug(path, header)}-${hash.slice(0, 6)}`,
    priority: band + offset,
    path,
    ...(header && { header }),
    stripPrefix: stripPrefix && path !== "/",
    target: targetOf(route),
  };
}

/** Counts from 0, the most specific routes. */
function bandOf(path: string, header: RouteHeader | undefined): number {
  const length = path === "/" ? 0 : path.length;
  return (header === undefined ? LONGEST_PATH + 1 : 0) + (LONGEST_PATH - length);
}

function slug(path: string, header: RouteHeader | undefined): string {
  const words = header === undefined ? path : `${path}-${header.value}`;
  const text = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-|-$/g, "");
  return text === "" ? "all" : text;
}

function targetOf({ api, function: isFunction }: RouteSettings): RouteTarget {
  if (isFunction) return { kind: "function" };
  return api === undefined ? { kind: "own-api" } : { kind: "api", ...api };
}

/** Whether a path is under a prefix. */
function isUnder(path: string, prefix: string): boolean {
  return prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
}

/** The path of a request that a route sends on to a path of an API; undefined if there is none. */
function requestPath({ path, stripPrefix }: FrontDoorRoute, ofApi: string): string | undefined {
  if (stripPrefix) return ofApi === "/" ? path : `${path}${ofApi}`;
  return isUnder(ofApi, path) ? ofApi : undefined;
}

/** Whether a request with a path, and with the header that a route asks for or with none, is taken by another route. */
function takes(route: FrontDoorRoute, path: string, header: RouteHeader | undefined): boolean {
  if (!isUnder(path, route.path)) return false;
  return route.header === undefined || (header !== undefined && sameHeader(route.header, header));
}

function sameHeader(a: RouteHeader, b: RouteHeader): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.value.toLowerCase() === b.value.toLowerCase();
}

/**
 * The methods of the stack's own API that routes lead to.
 * @param routes in the order of evaluation
 */
export function reachedMethods<T extends { readonly path: string }>(
  routes: readonly FrontDoorRoute[],
  methods: readonly T[],
): T[] {
  return methods.filter((method) =>
    routes.some((route) => {
      if (route.target.kind !== "own-api") return false;
      const path = requestPath(route, method.path);
      return path !== undefined && routes.find((each) => takes(each, path, route.header)) === route;
    }),
  );
}
