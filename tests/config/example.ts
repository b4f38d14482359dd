/** Raw configuration, as it is read from a stack's file. */
export type Raw = Readonly<Record<string, unknown>>;

/** A person's mistake, what is said of it, and what it is with the fix applied. */
export interface Example {
  readonly title: string;
  readonly raw: Raw;
  readonly key: string;
  /** As it was written. */
  readonly value: unknown;
  /** Words that the fix must have. */
  readonly fix: string;
  /** Valid. */
  readonly fixed: Raw;
}
