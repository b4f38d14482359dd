import type { Clock } from "./clock.js";
import { before } from "./deadline.js";
import { DeadlineError } from "./errors.js";

/** One piece of work under way, for all who wait for it. */
export interface Flight<T> {
  /** By the clock; what the work finds is as old as this. */
  readonly startedAt: number;
  /** Who started it. */
  readonly startedBy: string;
  /** By the clock: then it is given up, with a DeadlineError. */
  readonly deadline: number;
  readonly result: Promise<T>;
}

interface OwnFlight<T> extends Flight<T> {
  giveUp(): void;
}

/**
 * Work of which at most one piece is under way, however many ask for it.
 *
 * A timer ends it at its deadline. Where Lambda froze the environment meanwhile, timers and sockets are not to be
 * relied upon: whoever looks next finds by the clock that it is overdue, and it is given up then. What it may bring
 * later is nobody's.
 */
export class SingleFlight<T> {
  private flight: OwnFlight<T> | undefined;

  /** @param work does it; the signal tells it to stop */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<T>,
    private readonly clock: Clock,
  ) {}

  /** What is under way and not overdue. */
  get current(): Flight<T> | undefined {
    if (this.flight !== undefined && this.clock.now() >= this.flight.deadline) this.flight.giveUp();
    return this.flight;
  }

  /** Starts the work; nothing may be under way. */
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
    const work = Promise.race([this.work(stop.signal), overdue]);
    const result = before(deadline, work, this.clock).finally(giveUp); // what is left of the work is stopped
    const flight: OwnFlight<T> = { startedAt, startedBy, deadline, result, giveUp };
    this.flight = flight;
    return flight;
  }
}
