/**
 * A resource as any of the graph's sources gives it: the mocks, the engine in a policy pack, a stack export.
 */
export interface SourceResource {
  readonly urn: string;
  /** Type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name: the last part of the URN. */
  readonly name: string;
  /** URN of the parent. */
  readonly parent?: string;
  /** URN of the provider that manages it, which decides its account and Region. */
  readonly provider?: string;
  /** Whether it is a component, which exists only in the program. */
  readonly isComponent?: boolean;
  /** Physical id, if the resource has one already. */
  readonly id?: string;
  /** Inputs overlaid with outputs. A value that is not known, at any depth, is `UNKNOWN`. */
  readonly properties: Readonly<Record<string, unknown>>;
  /**
   * What the provider found and the program did not write: a list or a policy that separate resources also write. It
   * counts as far as no resource of the stack explains it. Only a stack export has it.
   */
  readonly found?: Readonly<Record<string, unknown>>;
  /** Texts that the source marks as secret and shows in plain text, as `pulumi stack export --show-secrets` does. */
  readonly secretTexts?: readonly string[];
  /** Whether the program only reads it, so that it is older than the stack. */
  readonly isRead?: boolean;
  /** URNs of the resources that the engine creates before it. A source may tell only those of the properties. */
  readonly dependencies?: readonly string[];
  /** Top-level property → URNs of the resources that its value comes from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}
