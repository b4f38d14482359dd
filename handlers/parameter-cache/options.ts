import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import type { AwsCaller } from "./aws/client.js";
import type { Clock } from "./clock.js";
import type { Transform } from "./transforms.js";

export interface CacheTimes {
  /**
   * Seconds for which a value is fresh; 0: no cache, Infinity: for the environment's life. In the later part of it a
   * read starts in the background.
   * @default 60
   */
  readonly ttlInSeconds?: number;
  /**
   * Further seconds in which an old value may replace a failed read.
   * @default 600
   */
  readonly staleIfErrorInSeconds?: number;
}

export interface ReadOptions extends CacheTimes {
  /**
   * Whether AWS decrypts SecureStrings. Without it their values are ciphertexts.
   * @default true
   */
  readonly decrypt?: boolean;
}

export interface PathOptions extends ReadOptions {
  /**
   * Whether to read parameters more than one level below the path as well.
   * @default false
   */
  readonly recursive?: boolean;
  /**
   * Only parameters of this type, key or label.
   * @default all
   */
  readonly filters?: readonly ParameterStringFilter[];
  /**
   * The most bytes of all values together. A read stops with an UnusableValueError as soon as there are more, before
   * they fill the memory.
   * @default no limit
   */
  readonly mostBytes?: number;
}

export interface SecretOptions extends CacheTimes {
  /** @default the version of the stage */
  readonly versionId?: string;
  /** @default AWSCURRENT */
  readonly versionStage?: string;
}

/** A parameter of a group: its name, or its name with options. */
export type GroupEntry =
  | string
  | {
      /** Name, with a version or a label if it is not the newest one: `/orders/token:3`. */
      readonly name: string;
      /** @default the text */
      readonly transform?: Transform<unknown>;
      /**
       * Whether the parameter may be absent; its value is undefined then.
       * @default false
       */
      readonly optional?: boolean;
    };

/** Type of an entry's value. */
export type GroupValue<Entry> =
  | (Entry extends { readonly transform: Transform<infer T> } ? T : string)
  | (Entry extends { readonly optional: true } ? undefined : never);

/** A read that has ended. It contains no value. */
export interface FinishedRead {
  /** Names of the parameters, the path or the secret. */
  readonly of: string;
  readonly milliseconds: number;
  /** Request id of the invocation that started it; empty if it gave none. */
  readonly startedBy: string;
  /** Undefined if the read succeeded, or found that there is nothing. */
  readonly error: unknown;
  /** Whether an old value replaces the failed read. */
  readonly covered: boolean;
}

export interface ParameterCacheArgs extends CacheTimes {
  /**
   * Called after each read, for logs and metrics. An error that it throws is ignored.
   * @default nothing
   */
  readonly onRead?: (read: FinishedRead) => void;
  /**
   * The client of AWS's services.
   * @default one for the function's region and role
   */
  readonly aws?: AwsCaller;
  /** @default the environment's */
  readonly clock?: Clock;
  /**
   * Returns a number from 0 to 1.
   * @default Math.random
   */
  readonly random?: () => number;
}
