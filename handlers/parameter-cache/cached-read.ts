import type { Clock } from "./clock.js";
import { before } from "./deadline.js";
import { DeadlineError, NotFoundError } from "./errors.js";
import { REFRESH_FROM, REFRESH_UNTIL } from "./refresh-window.js";
import { type Flight, SingleFlight } from "./single-flight.js";

// All times are in milliseconds.
/** The longest wait for a fresh answer if a stale one is available, counted from the read's start. */
const PATIENCE = 1_000;
/** The longest duration of a background read. */
const BACKGROUND = 5_000;
/** The longest time that "there are none" is cached. It is short because an operator may be about to create them. */
const LONGEST_ABSENT = 5_000;
/** Pause between failed reads. It doubles each time; jitter shortens it by up to a half. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

export interface CachedReadArgs<T> {
  /** Milliseconds that a copy is fresh; 0: no cache. */
  readonly ttl: number;
  /** Further milliseconds in which an old copy may replace a failed read. */
  readonly staleIfError: number;
  /** Reads everything until the deadline by the clock; throws NotFoundError if there is nothing. */
  readonly read: (signal: AbortSignal, deadline: number) => Promise<T>;
  readonly clock: Clock;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Called after each read, with its duration. */
  readonly onRead?: (read: EndedRead) => void;
}

export interface EndedRead {
  readonly milliseconds: number;
  readonly startedBy: string;
  /** Undefined if the read succeeded, with or without parameters. */
  readonly error: unknown;
  /** Whether a copy replaces the failed read. */
  readonly covered: boolean;
}

/** The whole result of one read, cached or new. */
export interface Answer<T> {
  readonly value: T;
  readonly source: "hit" | "miss" | "stale";
  /** Milliseconds since the read began. */
  readonly age: number;
  /** Time at which the read began, by the cache's clock. */
  readonly readAt: number;
}

interface Copy<T> {
  readonly value: T;
  readonly readAt: number;
  readonly refreshAt: number;
  readonly goodUntil: number;
  readonly staleUntil: number;
}

/**
 * The last good read, and the time of the next one. A copy is fresh for `ttl`; in the later part of it a read starts in
 * the background. After that, a caller waits for a read. If the read fails or takes long, the caller gets the old copy,
 * marked stale, until `staleIfError` has passed too. Design: docs/decisions/parameter-cache.md
 */
export class CachedRead<T> {
  private copy: Copy<T> | undefined;
  private absent: { readonly error: NotFoundError; readonly until: number } | undefined;
  private failures = 0;
  private pausedUntil = 0;
  private readonly flights: SingleFlight<T>;

  constructor(private readonly args: CachedReadArgs<T>) {
    this.flights = new SingleFlight(args.read, args.clock);
  }

  /**
   * @param wait the longest time that the caller can wait, in milliseconds
   * @param caller id of the caller's request
   * @throws the read's error, or a DeadlineError, if no copy may replace the read
   */
  async get(wait: number, caller: string): Promise<Answer<T>> {
    const now = this.args.clock.now();
    const { copy } = this;
    if (copy !== undefined && now < copy.goodUntil) {
      if (now >= copy.refreshAt && now >= this.pausedUntil && this.flights.current === undefined)
        this.start(caller, now + BACKGROUND, false);
      return { value: copy.value, source: "hit", age: now - copy.readAt, readAt: copy.readAt };
    }
    if (this.absent !== undefined && now < this.absent.until) throw this.absent.error;
    if (now < this.pausedUntil) {
      const stale = this.stale();
      if (stale !== undefined) return stale;
    }
    return this.readOrStale(now + wait, caller);
  }

  /**
   * Reads now, however fresh the copy is. All callers that ask while a read is under way share the next one, because
   * the present one may have begun before the change that they want to see.
   * @throws the read's error, or a DeadlineError; an old copy never replaces this read
   */
  async refresh(wait: number, caller: string): Promise<Answer<T>> {
    const { clock } = this.args;
    const called = clock.now();
    const deadline = called + wait;
    for (;;) {
      const flight = this.flights.current ?? this.start(caller, deadline, true);
      const isNewEnough = flight.startedAt >= called;
      try {
        const value = await before(deadline, flight.result, clock);
        const { startedAt } = flight;
        if (isNewEnough) return { value, source: "miss", age: clock.now() - startedAt, readAt: startedAt };
      } catch (error) {
        if (isNewEnough || clock.now() >= deadline) throw error;
      }
    }
  }

  /** Whether reads pause because one has just failed. */
  get isPaused(): boolean {
    return this.args.clock.now() < this.pausedUntil;
  }

  private async readOrStale(deadline: number, caller: string): Promise<Answer<T>> {
    const { clock } = this.args;
    for (;;) {
      const joined = this.flights.current;
      const flight = joined ?? this.start(caller, deadline, true);
      try {
        const value = await this.outcome(flight, deadline);
        return { value, source: "miss", age: clock.now() - flight.startedAt, readAt: flight.startedAt };
      } catch (error) {
        const stale = error instanceof NotFoundError ? undefined : this.stale();
        if (stale !== undefined) return stale;
        // Another caller started this read, and it was given up at that caller's deadline. This caller still has time.
        const again = joined !== undefined && error instanceof DeadlineError && clock.now() < deadline;
        if (!again) throw error;
      }
    }
  }

  /** Waits for a read until the deadline or, while a stale copy is available, until patience ends. */
  private async outcome(flight: Flight<T>, deadline: number): Promise<T> {
    const { clock } = this.args;
    if (this.stale() !== undefined) {
      const patient = Math.min(deadline, flight.startedAt + PATIENCE);
      try {
        return await before(patient, flight.result, clock);
      } catch (error) {
        const isOver = !(error instanceof DeadlineError) || clock.now() >= deadline;
        if (isOver || this.stale() !== undefined) throw error;
      }
    }
    return before(deadline, flight.result, clock);
  }

  private stale(): Answer<T> | undefined {
    const now = this.args.clock.now();
    if (this.copy === undefined || now >= this.copy.staleUntil) return undefined;
    const { value, readAt } = this.copy;
    return { value, source: "stale", age: now - readAt, readAt };
  }

  private start(caller: string, deadline: number, awaited: boolean): Flight<T> {
    const flight = this.flights.start(caller, deadline);
    flight.result.then(
      (value) => {
        this.keep(value, flight.startedAt);
        this.report(flight, undefined);
      },
      (error: unknown) => {
        const isAbsent = error instanceof NotFoundError;
        this.fail(error, flight.startedAt);
        // A background read that ran out of time was most likely frozen, so it is not reported.
        if (awaited || !(error instanceof DeadlineError)) this.report(flight, isAbsent ? undefined : error);
      },
    );
    return flight;
  }

  private keep(value: T, readAt: number): void {
    const { ttl, staleIfError, random } = this.args;
    const goodUntil = readAt + ttl;
    const refreshAt = readAt + ttl * (REFRESH_FROM + (REFRESH_UNTIL - REFRESH_FROM) * random());
    if (ttl > 0) this.copy = { value, readAt, refreshAt, goodUntil, staleUntil: goodUntil + staleIfError };
    [this.absent, this.failures, this.pausedUntil] = [undefined, 0, 0];
  }

  private fail(error: unknown, readAt: number): void {
    const { ttl, clock, random } = this.args;
    if (error instanceof NotFoundError) {
      this.copy = undefined; // The parameters are gone, so an old copy would be wrong.
      this.absent = { error, until: readAt + Math.min(ttl, LONGEST_ABSENT) };
      [this.failures, this.pausedUntil] = [0, 0];
    } else if (!(error instanceof DeadlineError)) {
      // A read that ran out of time may have been frozen, so it is no sign that AWS failed.
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures) * (1 - random() / 2);
      [this.failures, this.pausedUntil] = [this.failures + 1, clock.now() + pause];
    }
  }

  private report({ startedAt, startedBy }: Flight<T>, error: unknown): void {
    const milliseconds = this.args.clock.now() - startedAt;
    this.args.onRead?.({ milliseconds, startedBy, error, covered: this.stale() !== undefined });
  }
}
