import { type AwsCaller, AwsClient, type CallOptions } from "./aws/client.js";
import { type Cached, View } from "./cached.js";
import { type Clock, environmentClock } from "./clock.js";
import { UnusableValueError } from "./errors.js";
import type {
  CacheTimes,
  GroupEntry,
  GroupValue,
  ParameterCacheArgs,
  PathOptions,
  ReadOptions,
  SecretOptions,
} from "./options.js";
import { type Parameter, type ParametersByName, readNames, readPath } from "./parameter-store.js";
import { readSecret } from "./secrets-manager.js";
import { SharedRead, timesOf } from "./shared-read.js";
import { type Transform, text } from "./transforms.js";

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
