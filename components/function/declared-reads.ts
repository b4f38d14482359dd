/**
 * How often one execution environment reads from a service whose answers it caches. The preflight forecasts cost and
 * request rates from it because a template shows only that the function may call the service.
 */
export interface ReadInterval {
  /** Average seconds between two reads. 0: each request reads. */
  readonly averageInterval: number;
  /** Seconds in which all environments that started together read again. 0: each request reads. */
  readonly shortestInterval: number;
}

/** Read intervals by the service's name in its endpoint: `ssm`. */
export type DeclaredReads = Readonly<Record<string, ReadInterval>>;
