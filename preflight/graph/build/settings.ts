import type { Setting } from "../../intents.js";
import { isRecord, list } from "../../resources/read.js";
import type { Context } from "./context.js";

/**
 * The changes of a program's configuration that its components declare in their outputs, without duplicates. A cloud
 * resource may have a property of the same name with another meaning.
 */
export function buildSettings({ resources }: Context): Setting[] {
  const found = new Map<string, Setting>();
  for (const { type, properties } of resources.values()) {
    if (type.startsWith("aws:")) continue;
    for (const item of list(properties.settings)) {
      if (isSetting(item)) found.set(JSON.stringify(item), item);
    }
  }
  return [...found.values()];
}

function isSetting(value: unknown): value is Setting {
  return (
    isRecord(value) &&
    typeof value.resource === "string" &&
    typeof value.change === "string" &&
    (value.service === undefined || typeof value.service === "string") &&
    list(value.codes).every((code) => typeof code === "string")
  );
}
