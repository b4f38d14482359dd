import { type FrontDoorRoute, planRoutes } from "../components/front-door/routes.js";
import type { StackConfig } from "../config/index.js";

/** The front door's routes, in the order of evaluation; none if it is off. */
export function frontDoorRoutes(config: StackConfig): readonly FrontDoorRoute[] {
  return config.networking === "vpc" && config.frontDoor !== false ? planRoutes(config.frontDoor.routes) : [];
}
