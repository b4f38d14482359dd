import { isDeepStrictEqual } from "node:util";
import type { Answer, CachedRead } from "./cached-read.js";
import { waitWithin } from "./deadline.js";

/** The invocation that asks, from Lambda's `context`. It says how long the caller can wait. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface WithRefreshOptions {
  /** Whether an error may mean that the value is out of date, such as a refused password. */
  readonly refreshOn: (error: unknown) => boolean;
  /** @default the caller waits five seconds */
  readonly invocation?: Invocation;
}

/** A value that is read at its first use, and cached. Create it outside the handler. */
export interface Cached<T> {
  /**
   * Returns the value, from the cache if it is fresh, or an old one if a read fails.
   * @param invocation Lambda's `context`; without it the caller waits five seconds
   * @throws NotFoundError if there is no such value; ReadFailedError if a read failed; UnusableValueError if the value
   * cannot be used; each only if no old value may replace it
   */
  get(invocation?: Invocation): Promise<T>;
  /** Like `get`, with the value's age, and whether it is an old value in place of a failed read. */
  lookUp(invocation?: Invocation): Promise<Answer<T>>;
  /**
   * Reads now, and returns the new value. An old value never replaces it, so it throws where `get` would not.
   * Concurrent callers share one read.
   */
  refresh(invocation?: Invocation): Promise<T>;
  /**
   * Runs `use` with the value. If it fails with an error that `refreshOn` accepts, reads the value again and, if that
   * gave another value, runs `use` once more.
   *
   * Callers that fail together share one read. If a read gave no other value, the next one is ten seconds later at the
   * earliest, so that a password that is wrong for good neither floods Parameter Store nor locks the account.
   * @throws the last error of `use`; what `get` throws
   */
  withRefresh<R>(use: (value: T) => R | Promise<R>, options: WithRefreshOptions): Promise<R>;
}

/** Milliseconds that a caller without an invocation waits. */
const DEFAULT_WAIT = 5_000;
/** Milliseconds between reads because of errors that a new value did not mend. */
const REFRESH_PAUSE = 10_000;

export interface ViewArgs<Raw, T> {
  readonly cached: CachedRead<Raw>;
  /** Makes the value of what was read; its errors contain no value. */
  readonly makeValue: (raw: Raw) => T;
  /** Makes the error that the caller gets of what the read threw. */
  readonly explain: (error: unknown) => unknown;
  /** Milliseconds by the cache's clock. */
  readonly now: () => number;
  /** Milliseconds from a read on, in which its value may replace a failed one. */
  readonly longestAge: number;
}

/** What is known of a raw value: the value made of it, or the error. */
type Seen<Raw, T> = { readonly raw: Raw } & ({ readonly value: T } | { readonly error: unknown });

/** A cached read, seen as the handler's value. Several views may share one read. */
export class View<Raw, T> implements Cached<T> {
  private seen: Seen<Raw, T> | undefined;
  private lastGood: { readonly value: T; readonly readAt: number } | undefined;
  /** Time until which an error starts no read, because the last one gave no other value. */
  private refreshPausedUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly args: ViewArgs<Raw, T>) {}

  async get(invocation?: Invocation): Promise<T> {
    return (await this.lookUp(invocation)).value;
  }

  async lookUp(invocation?: Invocation): Promise<Answer<T>> {
    const { cached, explain } = this.args;
    try {
      return this.viewed(await cached.get(waitOf(invocation), callerOf(invocation)), true);
    } catch (error) {
      throw explain(error);
    }
  }

  async refresh(invocation?: Invocation): Promise<T> {
    return (await this.readNow(invocation)).value;
  }

  async withRefresh<R>(
    use: (value: T) => R | Promise<R>,
    { refreshOn, invocation }: WithRefreshOptions,
  ): Promise<R> {
    const first = await this.lookUp(invocation);
    try {
      return await use(first.value);
    } catch (error) {
      if (!refreshOn(error)) throw error;
      // If the read fails, the error that the caller should see is the one of `use`.
      const next = await this.newerThan(first, invocation).catch(() => undefined);
      if (next === undefined || isDeepStrictEqual(next.value, first.value)) throw error;
      return await use(next.value);
    }
  }

  /** Returns an answer of a later read than the given one; undefined if it is too early for one. */
  private async newerThan(
    used: Answer<T>,
    invocation: Invocation | undefined,
  ): Promise<Answer<T> | undefined> {
    const { cached, now } = this.args;
    const present = await this.lookUp(invocation);
    if (present.readAt > used.readAt) return present; // Another caller has read it meanwhile.
    if (cached.isPaused || now() < this.refreshPausedUntil) return undefined;
    const next = await this.readNow(invocation);
    if (isDeepStrictEqual(next.value, used.value)) this.refreshPausedUntil = now() + REFRESH_PAUSE;
    return next;
  }

  private async readNow(invocation: Invocation | undefined): Promise<Answer<T>> {
    const { cached, explain } = this.args;
    try {
      return this.viewed(await cached.refresh(waitOf(invocation), callerOf(invocation)), false);
    } catch (error) {
      throw explain(error);
    }
  }

  /** @param orLastGood whether the last good value may replace one that cannot be used */
  private viewed(answer: Answer<Raw>, orLastGood: boolean): Answer<T> {
    if (this.seen?.raw !== answer.value) this.seen = this.tried(answer.value);
    const { seen, lastGood } = this;
    if ("value" in seen) {
      if (lastGood?.readAt !== answer.readAt) this.lastGood = { value: seen.value, readAt: answer.readAt };
      return { ...answer, value: seen.value };
    }
    const age = lastGood === undefined ? Number.POSITIVE_INFINITY : this.args.now() - lastGood.readAt;
    if (!orLastGood || lastGood === undefined || age >= this.args.longestAge) throw seen.error;
    return { value: lastGood.value, source: "stale", age, readAt: lastGood.readAt };
  }

  private tried(raw: Raw): Seen<Raw, T> {
    try {
      return { raw, value: this.args.makeValue(raw) };
    } catch (error) {
      return { raw, error };
    }
  }
}

function waitOf(invocation: Invocation | undefined): number {
  return invocation === undefined ? DEFAULT_WAIT : waitWithin(invocation.getRemainingTimeInMillis());
}

function callerOf(invocation: Invocation | undefined): string {
  return invocation?.awsRequestId ?? "";
}
