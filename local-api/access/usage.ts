import type { ApiStage, Graph, RestApi } from "@lambda-networking/preflight";
import type { RecordedResource } from "@lambda-networking/preflight/mocks";
import { invalidApiKey, quotaExceeded, throttled } from "../request/gateway-responses.js";
import type { ApiRequest, ApiResponse } from "../request/messages.js";
import { headerOf } from "../request/parameters.js";
import { nameOf, type Route } from "../request/routing.js";
import { type ApiKey, apiKeysOf } from "./api-keys.js";
import type { StageMethodSettings } from "./method-settings.js";
import { ACCOUNT_LIMIT, type Clock, limitInWords, type NamedLimit, Throttle } from "./throttle.js";
import { clientLimits, type UsagePlan, usagePlansOf } from "./usage-plans.js";

interface UsageArgs {
  readonly graph: Graph;
  readonly resources: readonly RecordedResource[];
  readonly api: RestApi;
  readonly stage: ApiStage;
  readonly methods: StageMethodSettings;
  readonly now: Clock;
}

/** The API key of a request, with the usage plan that allows it at this stage. */
export interface Client {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
}

/** API keys, limits and quotas of a stage. */
export class Usage {
  readonly keys: readonly ApiKey[];
  readonly plans: readonly UsagePlan[];
  private readonly methods: StageMethodSettings;
  private readonly throttle: Throttle;

  constructor(args: UsageArgs) {
    this.methods = args.methods;
    const { graph, resources, api, stage, now } = args;
    this.keys = apiKeysOf(graph, resources);
    this.plans = usagePlansOf(graph, api, stage, now);
    this.throttle = new Throttle(now);
  }

  /**
   * The client of a request, by its API key.
   * @returns undefined if the method needs no key, even if the request has one; a denial if the method needs a key and
   *   the request has none that is valid for the stage
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
   */
  client(route: Route, request: ApiRequest): Client | ApiResponse | undefined {
    if (!route.isKeyRequired) return undefined;
    const value = headerOf(request, "x-api-key");
    if (value === undefined)
      return invalidApiKey("the method asks for an API key, and no x-api-key was sent");
    const key = this.keys.find((one) => one.value === value);
    if (key === undefined) return invalidApiKey("the stack has no API key of the value that was sent");
    if (!key.isEnabled) return invalidApiKey(`the API key ${key.name} is disabled`);
    const plan = this.planOf(key);
    return plan === undefined
      ? invalidApiKey(`the API key ${key.name} is in no usage plan of this stage`)
      : { key, plan };
  }

  /** The plan of a key; a key is in at most one plan of a stage. */
  planOf(key: ApiKey): UsagePlan | undefined {
    return this.plans.find(({ keys }) => keys.has(key.urn));
  }

  /** Limit of the stage for a method, if it is below the account's limit. */
  stageLimit(route: Route): NamedLimit | undefined {
    const { limit } = this.methods.of(route);
    if (limit === undefined) return undefined;
    const isLower = limit.rateLimit < ACCOUNT_LIMIT.rateLimit || limit.burstLimit < ACCOUNT_LIMIT.burstLimit;
    return isLower ? { ...limit, name: `${nameOf(route)} in the stage` } : undefined;
  }

  /**
   * Counts a request against each limit and the quota.
   * @returns undefined if the request is within all of them
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
   */
  overLimit(route: Route, client: Client | undefined): ApiResponse | undefined {
    const stage = this.stageLimit(route);
    const refusing = this.throttle.refusing([
      ...(client === undefined ? [] : clientLimits(client.plan, client.key, route)),
      ...(stage === undefined ? [] : [stage]),
      ACCOUNT_LIMIT,
    ]);
    if (refusing !== undefined) {
      return throttled(`above the limit of ${refusing.name}: ${limitInWords(refusing)}`);
    }
    const quota = client?.plan.quota;
    if (client === undefined || quota === undefined || quota.take(client.key.id)) return undefined;
    const { limit, period } = quota.settings;
    return quotaExceeded(`the API key ${client.key.name} has used its quota of ${limit} a ${period}`);
  }
}
