import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { type AwsCaller, AwsClient, type CallOptions } from "./aws/client.js";
import { type Cached, View } from "./cached.js";
import { CachedRead } from "./cached-read.js";
import { type Clock, environmentClock } from "./clock.js";
import { DeadlineError, NotFoundError, ReadFailedError, UnusableValueError } from "./errors.js";
import { type Parameter, type ParametersByName, readNames, readPath } from "./parameter-store.js";
import { readSecret } from "./secrets-manager.js";
import { type Transform, text } from "./transforms.js";

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
   * Called after each read, for logs and metrics.
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

/**
 * Parameters of Parameter Store and secrets of Secrets Manager, cached in a function's environment. Create one outside
 * the handler, and from it each value that the handler uses. Every value has one read under way at most, however many
 * callers wait. Values that are asked for again with the same name and options share their read.
 *
 * The function's role needs `ssm:GetParametersByPath` for the path, `ssm:GetParameters` for names,
 * `secretsmanager:GetSecretValue` for secrets, and `kms:Decrypt` for a customer managed key. In a VPC the function
 * needs endpoints of `ssm` and `secretsmanager`, or a way to the internet. Parameter Store allows 40 calls a second for
 * a whole account and region: docs/parameter-cache.md.
 */
export class ParameterCache {
  private readonly aws: AwsCaller;
  private readonly clock: Clock;
  private readonly paths = new Map<string, SharedRead<readonly Parameter[]>>();
  private readonly names = new Map<string, SharedRead<ParametersByName>>();
  private readonly secrets = new Map<string, SharedRead<Parameter>>();

  /** @throws RangeError if a time is negative or no number */
  constructor(private readonly args: ParameterCacheArgs = {}) {
    this.aws = args.aws ?? new AwsClient();
    this.clock = args.clock ?? environmentClock();
    timesOf(args, {});
  }

  /**
   * One parameter, as text or transformed. Its name may end with a version or a label: `/orders/token:3`,
   * `/orders/token:blue`. Use `group` for several: ten of them take one call.
   */
  parameter(name: string, options?: ReadOptions): Cached<string>;
  parameter<T>(name: string, options: ReadOptions & { readonly transform: Transform<T> }): Cached<T>;
  parameter(
    name: string,
    { transform = text, ...options }: ReadOptions & { readonly transform?: Transform<unknown> } = {},
  ): Cached<unknown> {
    return this.view(this.byNames([name], new Set(), options), (found) =>
      applied(found.get(name), transform),
    );
  }

  /** Several parameters that are read together, ten a call, and are never of different reads. */
  group<const Entries extends Readonly<Record<string, GroupEntry>>>(
    entries: Entries,
    options?: ReadOptions,
  ): Cached<{ readonly [Key in keyof Entries]: GroupValue<Entries[Key]> }>;
  group(entries: Readonly<Record<string, GroupEntry>>, options: ReadOptions = {}): Cached<unknown> {
    const wanted = Object.entries(entries).map(([key, entry]) => ({
      key,
      transform: text,
      optional: false,
      ...(typeof entry === "string" ? { name: entry } : entry),
    }));
    const names = wanted.map(({ name }) => name);
    const needed = new Set(wanted.filter(({ optional }) => !optional).map(({ name }) => name));
    const optional = new Set(names.filter((name) => !needed.has(name)));
    return this.view(this.byNames(names, optional, options), (found) =>
      Object.freeze(
        Object.fromEntries(
          wanted.map(({ key, name, transform }) => [key, applied(found.get(name), transform)]),
        ),
      ),
    );
  }

  /** All parameters under a path, by their names relative to it: `database/host` of `/orders/database/host`. */
  path(path: string, options?: PathOptions): Cached<Readonly<Record<string, string>>>;
  path<T>(
    path: string,
    options: PathOptions & { readonly transform: (parameters: readonly Parameter[]) => T },
  ): Cached<T>;
  path(
    path: string,
    {
      transform = (parameters) => byRelativeName(path, parameters),
      ...options
    }: PathOptions & { readonly transform?: (parameters: readonly Parameter[]) => unknown } = {},
  ): Cached<unknown> {
    if (!path.startsWith("/"))
      throw new TypeError(`The path is "${path}". Write one that starts with a slash.`);
    const { recursive = false, decrypt = true, filters = [], mostBytes = Number.POSITIVE_INFINITY } = options;
    const toRead = { path, recursive, decrypt, filters, mostBytes };
    const read = this.shared(this.paths, toRead, path, options, (call) => readPath(this.aws, toRead, call));
    return this.view(read, (parameters) => checked(path, () => transform(parameters)));
  }

  /** A secret of Secrets Manager, as text or transformed; its current version unless the options name another. */
  secret(id: string, options?: SecretOptions): Cached<string>;
  secret<T>(id: string, options: SecretOptions & { readonly transform: Transform<T> }): Cached<T>;
  secret(
    id: string,
    { transform = text, ...options }: SecretOptions & { readonly transform?: Transform<unknown> } = {},
  ): Cached<unknown> {
    const toRead = { id: named(id), versionId: options.versionId, versionStage: options.versionStage };
    const read = this.shared(this.secrets, toRead, id, options, (call) => readSecret(this.aws, toRead, call));
    return this.view(read, (secret) => applied(secret, transform));
  }

  private byNames(names: readonly string[], optional: ReadonlySet<string>, options: ReadOptions) {
    for (const name of names) named(name);
    const { decrypt = true } = options;
    const key = { names, optional: [...optional], decrypt };
    const what = names.join(", ");
    return this.shared(this.names, key, what, options, (call) =>
      names.length === 0 ? Promise.resolve(new Map()) : readNames(this.aws, names, optional, decrypt, call),
    );
  }

  /** Returns the read of the same names and options, so that handlers that ask for them anew do not read anew. */
  private shared<Raw>(
    known: Map<string, SharedRead<Raw>>,
    toRead: object,
    what: string,
    options: CacheTimes,
    read: (options: CallOptions) => Promise<Raw>,
  ): SharedRead<Raw> {
    const times = timesOf(options, this.args);
    const key = JSON.stringify([toRead, String(times.ttl), String(times.staleIfError)]);
    const found = known.get(key) ?? new SharedRead(what, times, read, this.clock, this.args);
    known.set(key, found);
    return found;
  }

  private view<Raw, T>(read: SharedRead<Raw>, makeValue: (raw: Raw) => T): Cached<T> {
    return new View({
      cached: read.cached,
      makeValue,
      explain: (error) => read.explain(error),
      now: () => this.clock.now(),
      longestAge: read.longestAge,
    });
  }
}

interface Times {
  /** Milliseconds. */
  readonly ttl: number;
  readonly staleIfError: number;
}

/** One cached read, and why its last attempt failed. */
class SharedRead<Raw> {
  readonly cached: CachedRead<Raw>;
  readonly longestAge: number;
  /** Error of the current read's last attempt, if it failed. */
  private lastFailure: unknown;

  constructor(
    private readonly what: string,
    times: Times,
    read: (options: CallOptions) => Promise<Raw>,
    clock: Clock,
    { random = Math.random, onRead }: ParameterCacheArgs,
  ) {
    this.longestAge = times.ttl + times.staleIfError;
    this.cached = new CachedRead({
      ...times,
      clock,
      random,
      read: (signal, deadline) => {
        this.lastFailure = undefined;
        return read({
          signal,
          remaining: () => deadline - clock.now(),
          onFailedAttempt: (error) => {
            // A read that was given up may still fail while the next one is running.
            if (!signal.aborted) this.lastFailure = error;
          },
        });
      },
      ...(onRead !== undefined && {
        onRead: ({ error, ...ended }) =>
          onRead({ of: what, ...ended, error: error === undefined ? undefined : this.explain(error) }),
      }),
    });
  }

  /** Says what failed, and why a read that was given up had no answer. */
  explain(error: unknown): unknown {
    if (error instanceof NotFoundError || error instanceof UnusableValueError) return error;
    if (error instanceof DeadlineError) return new ReadFailedError(this.what, this.lastFailure ?? error);
    return new ReadFailedError(this.what, error);
  }
}

function timesOf(options: CacheTimes, defaults: CacheTimes): Times {
  const { ttlInSeconds = defaults.ttlInSeconds ?? 60 } = options;
  const { staleIfErrorInSeconds = defaults.staleIfErrorInSeconds ?? 600 } = options;
  for (const [key, value] of Object.entries({ ttlInSeconds, staleIfErrorInSeconds })) {
    if (!(value >= 0)) throw new RangeError(`${key} is ${value}. Write a number of seconds, 0 or more.`);
  }
  return { ttl: ttlInSeconds * 1000, staleIfError: staleIfErrorInSeconds * 1000 };
}

function named(name: string): string {
  if (name === "") throw new TypeError("A parameter's or secret's name is empty.");
  return name;
}

function applied(parameter: Parameter | undefined, transform: Transform<unknown>): unknown {
  return parameter && checked(parameter.name, () => transform(parameter.value, parameter));
}

/** @throws UnusableValueError in place of any other error, which may quote the value */
function checked<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnusableValueError) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    throw new UnusableValueError(`The value of ${what} could not be transformed (${name}).`);
  }
}

function byRelativeName(path: string, parameters: readonly Parameter[]): Readonly<Record<string, string>> {
  return Object.freeze(
    Object.fromEntries(parameters.map(({ name, value }) => [relativeName(path, name), value])),
  );
}

/** Returns `database/host` of `/orders/database/host` under `/orders`. */
export function relativeName(path: string, name: string): string {
  return name.slice(path.replace(/\/+$/, "").length + 1);
}
