import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/index.js";

/** The front door of the stack. */
export interface FrontDoorParts {
  /** `https://api.example.com` */
  readonly url: pulumi.Input<string>;
  /** The load balancer's own name, for a DNS record. */
  readonly dnsName: pulumi.Input<string>;
}

/** Creates the front door; undefined if `frontDoor` is false. See docs/front-door.md. */
export function createFrontDoor(config: StackConfig): FrontDoorParts | undefined {
  if (config.networking === "public" || config.frontDoor === false) return undefined;
  return undefined;
}
