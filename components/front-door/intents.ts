import type { Intent, Place } from "@lambda-networking/preflight/intents";
import type { Caller } from "../network/endpoints/interface-endpoint.js";
import type { FrontDoorRoute } from "./routes.js";

interface FrontDoorIntentArgs {
  /** Logical name of the load balancer. */
  readonly name: string;
  readonly allowFrom: readonly Caller[];
  readonly routes: readonly FrontDoorRoute[];
  /** The methods of the stack's own API. */
  readonly methods: readonly { readonly method: string; readonly path: string }[];
  /** Logical name of the function that routes lead to. */
  readonly functionName: string | undefined;
  readonly hasEndpoint: boolean;
}

/** Intents of a front door: who must reach what through it, and what nobody may. */
export function frontDoorIntents(args: FrontDoorIntentArgs): Intent[] {
  void args;
  return [];
}
export type { Place };
