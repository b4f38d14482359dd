import type { CallOptions } from "./aws/client.js";
import { CachedRead } from "./cached-read.js";
import type { Clock } from "./clock.js";
import { DeadlineError, NotFoundError, ReadFailedError, UnusableValueError } from "./errors.js";
import type { CacheTimes, ParameterCacheArgs } from "./options.js";

/** How long a value may be used. */
interface Times {
  /** Milliseconds. */
  readonly ttl: number;
  readonly staleIfError: number;
}

/** One cached read, and why its last attempt failed. */
export class SharedRead<Raw> {
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
        onRead: ({ error, ...ended }) => {
          const explained = error === undefined ? undefined : this.explain(error);
          try {
            onRead({ of: what, ...ended, error: explained });
          } catch {} // Nobody waits for it, so that its error would end the process.
        },
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

/** @throws RangeError if a time is negative or no number */
export function timesOf(options: CacheTimes, defaults: CacheTimes): Times {
  const { ttlInSeconds = defaults.ttlInSeconds ?? 60 } = options;
  const { staleIfErrorInSeconds = defaults.staleIfErrorInSeconds ?? 600 } = options;
  for (const [key, value] of Object.entries({ ttlInSeconds, staleIfErrorInSeconds })) {
    if (!(value >= 0)) throw new RangeError(`${key} is ${value}. Write a number of seconds, 0 or more.`);
  }
  return { ttl: ttlInSeconds * 1000, staleIfError: staleIfErrorInSeconds * 1000 };
}
