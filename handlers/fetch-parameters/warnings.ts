interface Warning {
  /** What it warns of. */
  readonly key: string;
  readonly line: () => string;
}

/** Warnings that hold. Each is printed once, and again after it did not hold. */
export class Warnings {
  private keys: ReadonlySet<string> = new Set();

  constructor(private readonly print: (line: string) => void) {}

  set(warnings: readonly Warning[]): void {
    for (const { key, line } of warnings) if (!this.keys.has(key)) this.print(line());
    this.keys = new Set(warnings.map(({ key }) => key));
  }
}
