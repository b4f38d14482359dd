import type { FrontDoorRoute } from "../routes.js";
import type { NginxRoute } from "./nginx-configuration.js";

/**
 * The routes that the load balancer decides although NGINX is behind it: those to a function, which NGINX cannot invoke,
 * and all that count before them.
 */
export function routesInListener(routes: readonly FrontDoorRoute[]): readonly FrontDoorRoute[] {
  return routes.slice(0, routes.findLastIndex(({ target }) => target.kind === "function") + 1);
}

/** An API with its stage, as NGINX calls it. */
export interface ApiAddress {
  readonly host: string;
  readonly stage: string;
}

/** The routes that NGINX decides, in the order of evaluation. */
export function nginxRoutes(
  routes: readonly FrontDoorRoute[],
  addressOf: (target: FrontDoorRoute["target"]) => ApiAddress | undefined,
): NginxRoute[] {
  return routes.flatMap(({ path, header, stripPrefix, target }) => {
    const address = addressOf(target);
    return address === undefined ? [] : [{ path, header, stripPrefix, ...address }];
  });
}
