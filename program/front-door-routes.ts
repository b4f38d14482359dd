import { type Cidr, contains, parseCidr } from "@lambda-networking/preflight/aws";
import { type FrontDoorRoute, planRoutes, reachedMethods } from "../components/front-door/routes.js";
import type { StackConfig } from "../config/index.js";

/** The front door's routes, in the order of evaluation; none if it is off. */
export function frontDoorRoutes(config: StackConfig): readonly FrontDoorRoute[] {
  return config.networking === "vpc" && config.frontDoor !== false ? planRoutes(config.frontDoor.routes) : [];
}

/** Whether the front door has public addresses. */
function isPublic(config: StackConfig): boolean {
  return (
    config.networking === "vpc" && config.frontDoor !== false && config.frontDoor.scheme === "internet-facing"
  );
}

/** The methods of the stack's API that the front door opens to the internet. */
export function publicMethods<T extends { readonly path: string }>(
  config: StackConfig,
  methods: readonly T[],
): readonly T[] {
  return isPublic(config) ? reachedMethods(frontDoorRoutes(config), methods) : [];
}

/** Whether a caller on the internet can have the function invoked by the front door, directly or through the API. */
export function isInvokedFromInternet(config: StackConfig): boolean {
  return isPublic(config) && frontDoorRoutes(config).some(({ target }) => target.kind !== "api");
}

/** Whether the front door admits the hosts of a peered VPC. */
export function isAdmitted(config: StackConfig, peer: string): boolean {
  if (config.networking === "public" || config.frontDoor === false) return false;
  const { allowFrom, scheme } = config.frontDoor;
  const block = parseCidr(config.api.sharing.peers[peer]?.cidrBlock ?? "");
  return scheme === "internal" && block !== undefined && allowFrom.some((caller) => isWithin(caller, block));
}

function isWithin(caller: string, block: Cidr): boolean {
  const outer = parseCidr(caller);
  return outer !== undefined && outer.family === block.family && contains(outer, block);
}
