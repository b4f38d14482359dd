import type { Intent, Place } from "@lambda-networking/preflight/intents";
import { type Method, methodKey } from "../api/settings.js";
import { type FrontDoorRoute, reachedMethods } from "./routes.js";

export interface FrontDoorIntentArgs {
  /** Logical name of the load balancer. */
  readonly name: string;
  readonly scheme: "internal" | "internet-facing";
  readonly routes: readonly FrontDoorRoute[];
  /** Places that must get in: those of the callers that the stack knows the way of. */
  readonly callers: readonly Place[];
  /** The methods of the stack's own API that anybody may call who gets to them. */
  readonly openMethods: readonly Method[];
  /** All methods of the stack's own API. */
  readonly methods: readonly Method[];
  /** Logical name of the function that routes lead to. */
  readonly functionName: string | undefined;
  /** What the front door must not reach. */
  readonly closed: readonly Place[];
}

/**
 * Intents of a front door: the callers that must reach the methods and the function behind its routes, and that it leads
 * nowhere else. What another API answers is for its owner to say.
 */
export function frontDoorIntents(args: FrontDoorIntentArgs): Intent[] {
  const { name, scheme, routes, callers, openMethods, methods, functionName, closed } = args;
  const door = { kind: "resource", name } as const;
  const open = reachedMethods(routes, openMethods);
  const reached = new Set(reachedMethods(routes, methods).map(methodKey));
  const shut = methods.filter((each) => !reached.has(methodKey(each)));
  const ofMethods = open.flatMap((each): Intent[] =>
    [door, ...callers].map((from) => ({
      from,
      to: { kind: "method", method: each.method, path: each.path, loadBalancer: name },
      port: 443,
      must: "reach",
      reason: "a route of the front door leads to it",
    })),
  );
  const ofFunction: Intent[] =
    functionName === undefined
      ? []
      : [
          {
            from: door,
            to: { kind: "function", name: functionName },
            port: 443,
            must: "reach",
            reason: "a route of the front door leads to it",
          },
        ];
  const mustNot = (from: Place, to: Place, reason: string): Intent => ({
    from,
    to,
    port: 443,
    must: "not-reach",
    reason,
  });
  const others = routes.flatMap(({ target }) => (target.kind === "api" ? target.id : []));
  const inClearText = open.flatMap((each): Intent[] =>
    callers.map((from) => ({
      from,
      to: { kind: "method", method: each.method, path: each.path, loadBalancer: name },
      port: 80,
      must: "not-reach",
      reason: "port 80 only redirects to HTTPS",
    })),
  );
  return [
    ...ofMethods,
    ...inClearText,
    ...ofFunction,
    ...shut.map(({ method, path }) =>
      mustNot(
        door,
        { kind: "method", method, path, loadBalancer: name },
        "no route of the front door leads to it",
      ),
    ),
    mustNot(
      door,
      { kind: "other-api", besides: [...new Set(others)].sort() },
      "the front door leads to the APIs of its routes only",
    ),
    ...closed.map((to) => mustNot(door, to, "the front door leads to APIs and functions only")),
    ...(scheme === "internal"
      ? [mustNot({ kind: "internet" }, door, "the front door has private addresses only")]
      : []),
  ];
}
