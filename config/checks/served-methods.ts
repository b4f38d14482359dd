import type { RawConfig } from "../raw-config.js";
import { methodName } from "../schema/api.js";
import { valid } from "./valid.js";

/** Whether a name has the form of a method's name. The schema reports one that does not. */
export function isMethodName(name: string): boolean {
  return methodName.safeParse(name).success;
}

/** Methods that are always served, and those that the message store serves. */
export const METHODS = {
  always: ["GET /messages"],
  messageStore: ["POST /messages", "GET /messages/{id}"],
} as const;

/** Methods that the stack serves. If the message store's settings are invalid, it counts as enabled. */
export function servedMethods(raw: RawConfig): readonly string[] {
  return valid(raw, "messageStore") === false ? METHODS.always : [...METHODS.always, ...METHODS.messageStore];
}
