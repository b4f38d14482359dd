import type { Clock } from "./clock.js";
import { before } from "./deadline.js";
import { DeadlineError, NoParametersError } from "./errors.js";
import { type Flight, SingleFlight } from "./single-flight.js";

/** A copy is read again at some point of this part of its time, so that environments which started together part. */
export const REFRESH_FROM = 0.4;
export const REFRESH_UNTIL = 0.9;

// All in milliseconds.
/** A caller who could have a stale answer waits no longer for a fresh one, counted from the read's start. */
const PATIENCE = 1_000;
/** What a read may take that nobody waits for. */
const BACKGROUND = 5_000;
/** How long "there are none" is kept: short, for somebody may be about to create them. */
const LONGEST_ABSENT = 5_000;
/** Between failed reads, doubling; jittered down to a half. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

export interface CacheArgs<T> {
  /** How long a copy is good, in milliseconds; 0: nothing is kept. */
  readonly ttl: number;
  /** How much longer it may stand in for a read that failed, in milliseconds. */
  readonly staleIfError: number;
  /** Reads all, and throws NoParametersError when there is none. */
  readonly read: (signal: AbortSignal) => Promise<T>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Told of each read that ended, and how long it took. */
  readonly onRead?: (read: EndedRead) => void;
}

export interface EndedRead {
  readonly milliseconds: number;
  readonly startedBy: string;
  /** Undefined when it was good, parameters or none. */
  readonly error: unknown;
  /** Whether a copy stands in for it. */
  readonly covered: boolean;
}

/** What was kept or read, whole, from one read. */
export interface Answer<T> {
  readonly value: T;
  readonly source: "hit" | "miss" | "stale";
  /** Milliseconds since its read began. */
  readonly age: number;
}

interface Copy<T> {
  readonly value: T;
  readonly readAt: number;
  readonly refreshAt: number;
  readonly goodUntil: number;
  readonly staleUntil: number;
}

/**
 * The last good read, and when to make the next. A copy is good for its time; in the later part of it a read starts
 * that nobody waits for. After it a caller waits for a read, and has the old copy, marked stale, when that fails
 * or takes long, until the copy is too old for that as well. Design: docs/decisions/parameter-cache.md
 */
export class ParameterCache<T> {
  private copy: Copy<T> | undefined;
  private absent: { readonly error: NoParametersError; readonly until: number } | undefined;
  private failures = 0;
  private pausedUntil = 0;
  private readonly flights: SingleFlight<T>;

  constructor(private readonly args: CacheArgs<T>) {
    this.flights = new SingleFlight(args.read, args.clock);
  }

  /**
   * @param wait the most that the caller has, in milliseconds
   * @param caller its request's id
   * @throws what the read threw, where no copy may stand in; DeadlineError
   */
  async get(wait: number, caller: string): Promise<Answer<T>> {
    const now = this.args.clock.now();
    const { copy } = this;
    if (copy !== undefined && now < copy.goodUntil) {
      if (now >= copy.refreshAt && now >= this.pausedUntil && this.flights.current === undefined)
        this.start(caller, now + BACKGROUND, false);
      return { value: copy.value, source: "hit", age: now - copy.readAt };
    }
    if (this.absent !== undefined && now < this.absent.until) throw this.absent.error;
    if (now < this.pausedUntil) {
      const stale = this.stale();
      if (stale !== undefined) return stale;
    }
    return this.readOrStale(now + wait, caller);
  }

  private async readOrStale(deadline: number, caller: string): Promise<Answer<T>> {
    const { clock } = this.args;
    for (;;) {
      const joined = this.flights.current;
      const flight = joined ?? this.start(caller, deadline, true);
      try {
        const value = await this.outcome(flight, deadline);
        return { value, source: "miss", age: clock.now() - flight.startedAt };
      } catch (error) {
        const stale = error instanceof NoParametersError ? undefined : this.stale();
        if (stale !== undefined) return stale;
        // It was another's read, given up at the other's deadline: there is time for one's own.
        const again = joined !== undefined && error instanceof DeadlineError && clock.now() < deadline;
        if (!again) throw error;
      }
    }
  }

  /** Waits for a read: as long as there is time or, while a stale copy could be had, as long as patience lasts. */
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
    return { value: this.copy.value, source: "stale", age: now - this.copy.readAt };
  }

  private start(caller: string, deadline: number, awaited: boolean): Flight<T> {
    const flight = this.flights.start(caller, deadline);
    flight.result.then(
      (value) => {
        this.keep(value, flight.startedAt);
        this.report(flight, undefined);
      },
      (error: unknown) => {
        const isAbsent = error instanceof NoParametersError;
        this.fail(error, flight.startedAt);
        // A read that nobody waited for and that ran out of time was most likely frozen: no news.
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
    if (error instanceof NoParametersError) {
      this.copy = undefined; // they are gone, and no old copy may say otherwise
      this.absent = { error, until: readAt + Math.min(ttl, LONGEST_ABSENT) };
      [this.failures, this.pausedUntil] = [0, 0];
    } else if (!(error instanceof DeadlineError)) {
      // One that ran out of time may have been frozen, and says nothing of Parameter Store.
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures) * (1 - random() / 2);
      [this.failures, this.pausedUntil] = [this.failures + 1, clock.now() + pause];
    }
  }

  private report({ startedAt, startedBy }: Flight<T>, error: unknown): void {
    const milliseconds = this.args.clock.now() - startedAt;
    this.args.onRead?.({ milliseconds, startedBy, error, covered: this.stale() !== undefined });
  }
}
