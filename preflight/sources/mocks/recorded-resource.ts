import type { SourceResource } from "../../resources/resource.js";

/** A resource as the program registered it. */
export interface RecordedResource extends SourceResource {
  readonly isComponent: boolean;
  /** The inputs without the outputs. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that hold a secret, by name. */
  readonly secrets: readonly string[];
  readonly dependencies: readonly string[];
  /** Properties whose changes an update ignores; absent if there are none. */
  readonly ignoreChanges?: readonly string[];
  /** Properties whose changes replace the resource; absent if there are none. */
  readonly replaceOnChanges?: readonly string[];
  /** Whether AWS keeps it if the stack no longer has it; absent if not. */
  readonly retainOnDelete?: true;
  /** Whether the engine refuses to delete or replace it; absent if not. */
  readonly protect?: true;
  /** URNs that it had before; absent if there are none. */
  readonly aliases?: readonly string[];
  /** Id of the resource in AWS that it takes over; absent if it is created. */
  readonly importId?: string;
}
