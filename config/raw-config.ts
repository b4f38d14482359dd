/** The configuration from the engine, with JSON values parsed but not validated. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** A field of an object in raw configuration, which may be of any type. */
export function field(raw: unknown, key: string): unknown {
  return typeof raw === "object" && raw !== null
    ? Object.getOwnPropertyDescriptor(raw, key)?.value
    : undefined;
}
