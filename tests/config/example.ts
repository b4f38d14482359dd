/** Raw configuration, as read from a stack's file. */
export type Raw = Readonly<Record<string, unknown>>;

/** The settings, in public networking if they name none, because a configuration must. */
export const inMode = (raw: Raw): Raw => ({ networking: "public", ...raw });

/** A configuration with a user's mistake, the expected issue, and the configuration after the fix. */
export interface Example {
  readonly title: string;
  readonly raw: Raw;
  readonly key: string;
  /** The value as configured. */
  readonly value: unknown;
  /** Words that the fix must contain. */
  readonly fix: string;
  /** The valid configuration. */
  readonly fixed: Raw;
}
