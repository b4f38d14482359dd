import { ParameterStore, ServiceError, startAwsServer } from "@lambda-networking/local-api";
import { isRecord } from "@lambda-networking/preflight";
import { makeHandler } from "../../handlers/fetch-parameters/handler.js";
import { AwsClient, environmentClock } from "../../handlers/parameter-cache/index.js";
import { CREDENTIALS } from "./faults.js";

/** Parameter Store's default for an account and region: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
const CALLS_PER_SECOND = 40;
/** The function's default timeout, in milliseconds. */
const TIMEOUT = 10_000;
const EVENT = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "r" } };

/** Parameter Store with a quota of calls a second and of calls at once. It throttles further calls. */
class ThrottlingStore extends ParameterStore {
  calls = 0;
  throttled = 0;
  private tokens = CALLS_PER_SECOND;
  private filledAt = performance.now();

  override getParametersByPath(input: unknown) {
    const now = performance.now();
    this.tokens = Math.min(CALLS_PER_SECOND, this.tokens + ((now - this.filledAt) / 1000) * CALLS_PER_SECOND);
    this.filledAt = now;
    this.calls += 1;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return super.getParametersByPath(input);
    }
    this.throttled += 1;
    throw new ServiceError("ThrottlingException", "Rate exceeded");
  }
}

export interface BurstResult {
  readonly environments: number;
  readonly answered: number;
  readonly calls: number;
  readonly throttled: number;
  readonly seconds: number;
}

/**
 * Starts new environments at the same moment. Each reads one page from a Parameter Store with an account's quota.
 * @param maxAttempts maximum attempts of one call
 */
export async function coldBurst(environments: number, maxAttempts: number): Promise<BurstResult> {
  const store = new ThrottlingStore([{ name: "/messages/greeting", type: "String", value: "hello" }]);
  const aws = await startAwsServer(store);
  const clients = Array.from(
    { length: environments },
    () => new AwsClient({ region: "eu-west-1", maxAttempts, endpoint: aws.url, credentials: CREDENTIALS }),
  );
  const begin = performance.now();
  const end = begin + TIMEOUT;
  const results = await Promise.all(
    clients.map((client) => {
      const handler = makeHandler(
        client,
        {
          path: "/messages",
          recursive: false,
          keys: "lastSegment",
          ttl: 60_000,
          staleIfError: 600_000,
          metrics: false,
          functionName: "f",
          allowOrigin: undefined,
          loadBalancerPaths: [],
        },
        { clock: environmentClock(), random: Math.random, timestamp: Date.now, print: () => {} },
      );
      return handler(EVENT, {
        awsRequestId: "r",
        getRemainingTimeInMillis: () => end - performance.now(),
      });
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  for (const client of clients) client.destroy();
  await aws.close();
  const answered = results.filter((result) => isRecord(result) && result.statusCode === 200).length;
  return { environments, answered, calls: store.calls, throttled: store.throttled, seconds };
}
