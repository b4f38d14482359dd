import type { RawConfig } from "../raw-config.js";
import { methodName } from "../schema/api.js";
import { valid } from "./valid.js";

/** Whether a name is written as a method's; one that is not is an issue of its own. */
export function isMethodName(name: string): boolean {
  return methodName.safeParse(name).success;
}

/** What is always served, and what the message store serves. */
export const METHODS = {
  always: ["GET /messages"],
  messageStore: ["POST /messages", "GET /messages/{id}"],
} as const;

/** What the stack serves. If the message store's settings are wrong, it is meant to be there. */
export function servedMethods(raw: RawConfig): readonly string[] {
  return valid(raw, "messageStore") === false ? METHODS.always : [...METHODS.always, ...METHODS.messageStore];
}
