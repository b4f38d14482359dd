import type * as pulumi from "@pulumi/pulumi";

/** A resource that holds data. */
export interface DataHolder {
  /** What it holds, for messages: `the messages in table orders-dev-messages`. */
  readonly what: string;
  readonly arn: string;
  /** Its id, which `pulumi import` takes, if that is certain before it exists. */
  readonly importId?: string;
}

/**
 * Decides what becomes of resources that hold data when the stack no longer has them, and finds those again that an
 * earlier configuration left in AWS.
 *
 * With `keep`, a resource is retained: Pulumi forgets it, and AWS keeps it with its data. If its part is turned on
 * again, the stack takes the kept resource over. What would block the rest of an update if it stayed, such as a
 * cluster in subnets that are to be deleted, is protected instead: the engine refuses the update at the preview.
 * @see https://www.pulumi.com/docs/iac/concepts/options/retainondelete/
 * @see https://www.pulumi.com/docs/iac/concepts/options/protect/
 */
export class DataRetention {
  readonly #holders = new Map<string, DataHolder>();

  /**
   * @param keep whether data outlives the resources that hold it
   * @param found ARNs of the resources in AWS that have the stack's tags
   */
  constructor(
    readonly keep: boolean,
    private readonly found: readonly string[] = [],
  ) {}

  /** Options of a resource that AWS keeps. One that an earlier configuration left is taken over. */
  retained(holder: DataHolder): pulumi.CustomResourceOptions {
    this.#holders.set(holder.arn, holder);
    const { arn, importId } = holder;
    return {
      ...(this.keep && { retainOnDelete: true }),
      // The engine imports only what its state does not have under this id.
      ...(importId !== undefined && this.found.includes(arn) && { import: importId }),
    };
  }

  /** Options of a resource whose deletion or replacement the engine refuses. */
  protected(holder: DataHolder): pulumi.CustomResourceOptions {
    this.#holders.set(holder.arn, holder);
    return this.keep ? { protect: true } : {};
  }

  /** Whether AWS has the resource, and it has the stack's tags. */
  has(arn: string): boolean {
    return this.found.includes(arn);
  }

  /** What the stack's data is in. */
  get holders(): readonly DataHolder[] {
    return [...this.#holders.values()];
  }

  /** ARNs of resources that AWS still has and the configuration no longer has. */
  get left(): readonly string[] {
    return this.found.filter((arn) => !this.#holders.has(arn));
  }
}
