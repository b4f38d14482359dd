/** The raw configuration, as the engine gives it, with JSON values parsed. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** An object's own field, of raw configuration that may be anything. */
export function field(raw: unknown, key: string): unknown {
  return typeof raw === "object" && raw !== null
    ? Object.getOwnPropertyDescriptor(raw, key)?.value
    : undefined;
}
