import type { Clock } from "./clock.js";
import { before } from "./deadline.js";
import { DeadlineError } from "./errors.js";

/** One run of the work, shared by every caller that waits for it. */
export interface Flight<T> {
  /** Start by the clock. The result is as old as this. */
  readonly startedAt: number;
  /** The caller that started the run. */
  readonly startedBy: string;
  /** Time by the clock at which the run is given up with a DeadlineError. */
  readonly deadline: number;
  readonly result: Promise<T>;
}

interface OwnFlight<T> extends Flight<T> {
  giveUp(): void;
}

/**
 * Work with at most one run at a time, however many callers ask for it.
 *
 * A timer ends the run at its deadline. If Lambda froze the environment meanwhile, timers and sockets are unreliable.
 * So the next caller compares the clock with the deadline, and gives up an overdue run. A later result of that run is
 * discarded.
 */
export class SingleFlight<T> {
  private flight: OwnFlight<T> | undefined;

  /** @param work does the work; the signal stops it, and at the deadline by the clock its result is of no use */
  constructor(
    private readonly work: (signal: AbortSignal, deadline: number) => Promise<T>,
    private readonly clock: Clock,
  ) {}

  /** The current run, unless it is overdue. */
  get current(): Flight<T> | undefined {
    if (this.flight !== undefined && this.clock.now() >= this.flight.deadline) this.flight.giveUp();
    return this.flight;
  }

  /** Starts a run; there must be no current one. */
  start(startedBy: string, deadline: number): Flight<T> {
    const stop = new AbortController();
    let giveUp = () => {};
    const overdue = new Promise<never>((_, reject) => {
      giveUp = () => {
        reject(new DeadlineError());
        stop.abort();
        if (this.flight === flight) this.flight = undefined;
      };
    });
    const startedAt = this.clock.now();
    const work = Promise.race([this.work(stop.signal, deadline), overdue]);
    const result = before(deadline, work, this.clock).finally(giveUp); // Stops the rest of the work.
    const flight: OwnFlight<T> = { startedAt, startedBy, deadline, result, giveUp };
    this.flight = flight;
    return flight;
  }
}
