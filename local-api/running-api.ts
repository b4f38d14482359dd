import { graphFromResources } from "@lambda-networking/preflight";
import type { Synthesis } from "@lambda-networking/preflight/mocks";
import { Authorizers } from "./access/authorizers.js";
import { usualPosition } from "./access/position.js";
import type { Clock } from "./access/throttle.js";
import { RequestValidation } from "./access/validation.js";
import { ParameterStore, parametersOf } from "./aws-services/parameter-store.js";
import { startAwsServer } from "./aws-services/server.js";
import { describeKeys, describeMethod, remarksOn } from "./describe.js";
import { FrontDoor } from "./front-door/front-door.js";
import { endpointNames, nameIn } from "./hosts.js";
import { LambdaFunctions } from "./lambda/functions.js";
import { settingsOf } from "./request/api-settings.js";
import { CustomDomains } from "./request/custom-domains.js";
import {
  type ApiRequest,
  type ApiResponse,
  type CalledBy,
  newRequestIds,
  type Position,
} from "./request/messages.js";
import { nameOf } from "./request/routing.js";
import { RequestPipeline } from "./request-pipeline.js";

/** A stack's API, which answers in this process with the functions' own bundles. */
export interface RunningApi {
  readonly apiId: string;
  readonly stageName: string;
  readonly region: string;
  /** Methods that the API serves: `GET /messages`. */
  readonly methods: readonly string[];
  /** Position that the API is meant to be called from. */
  readonly usualPosition: Position;
  readonly domains: CustomDomains;
  /** Whether a Host header is a name of this stack: of its API, a custom domain name, or one of an endpoint. */
  isOwnName(host: string): boolean;
  /** One line for each API key and each authorizer, with the header to send. */
  readonly keys: readonly string[];
  /** One sentence for each difference between this server and AWS. */
  readonly remarks: readonly string[];
  /**
   * Requirements of a method for its callers, and its caching: `API key`, `cached 300 s`.
   * @param method as in `methods`
   */
  about(method: string): readonly string[];
  /**
   * Response for a caller that the network or a policy blocks; undefined if the caller gets through.
   * @param method as in `methods`
   */
  denial(method: string, from: Position, by?: CalledBy): ApiResponse | undefined;
  /**
   * Headers that a method accepts, from what the stack says: an API key, a token of the test issuer, and a placeholder
   * signature, which this server does not verify.
   * @param method as in `methods`
   */
  headersFor(method: string): Readonly<Record<string, string>>;
  call(request: ApiRequest): Promise<ApiResponse>;
  /** The stack's load balancer in front of the API and its functions; undefined if it has not exactly one. */
  readonly frontDoor: FrontDoor | undefined;
  /** Output of the functions; empty if `onLog` receives it. */
  logs(): string[];
  stop(): Promise<void>;
}

interface ApiOptions {
  /** Receives each piece of a function's output, with the function's name. */
  readonly onLog?: (name: string, text: string) => void;
  /**
   * Clock for limits, quotas and the cache.
   * @default this machine's clock
   */
  readonly now?: Clock;
}

/** Placeholder signature. The local server checks only that one is present. */
const SIGNATURE = "AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=sandbox";

/**
 * Starts the API of a synthesized stack.
 * @throws Error if the stack does not have exactly one API and one stage, or a model is not a JSON schema
 * @throws UserError if a setting of the API is not known
 */
export async function startApi(
  synthesis: Synthesis,
  { onLog, now = Date.now }: ApiOptions = {},
): Promise<RunningApi> {
  const { resources, region } = synthesis;
  const graph = graphFromResources(resources);
  const api = only([...graph.apis.values()], "REST API");
  const stage = only(api.stages, "stage");
  const settings = settingsOf(api, stage, region);
  const validation = new RequestValidation(graph);
  const aws = await startAwsServer(new ParameterStore(parametersOf(resources)), (fault) =>
    onLog?.("local Parameter Store", fault),
  );
  const authorizers = await Authorizers.start({ graph, now });
  const { jwksUri } = authorizers;
  const functions = new LambdaFunctions({ graph, region, awsUrl: aws.url, onLog, jwksUri });
  const pipeline = new RequestPipeline({
    graph,
    resources,
    api,
    stage,
    settings,
    validation,
    functions,
    authorizers,
    now,
  });
  const { routes, usage } = pipeline;
  const domains = new CustomDomains(graph, api.ref.urn);
  const endpoints = endpointNames(resources);
  const call = async (request: ApiRequest): Promise<ApiResponse> => {
    const ids = newRequestIds();
    const response = await pipeline.answer(request, ids);
    return {
      ...response,
      headers: {
        ...response.headers,
        "x-amzn-RequestId": ids.requestId,
        "x-amz-apigw-id": ids.extendedRequestId,
      },
    };
  };
  const { apiId, stageName } = settings;
  const routeOf = (name: string) => routes.find((route) => nameOf(route) === name);

  return {
    apiId: settings.apiId,
    stageName: settings.stageName,
    region,
    methods: routes.map(nameOf),
    usualPosition: usualPosition(graph, api),
    domains,
    isOwnName: (host) => isExecuteApi(host) || domains.has(host) || endpoints.has(nameIn(host)),
    keys: [...describeKeys(usage), ...authorizers.describe()],
    remarks: remarksOn(graph, api),
    about: (name) => {
      const route = routeOf(name);
      return route === undefined ? [] : describeMethod(pipeline, graph, route);
    },
    denial: (name, from, by) => {
      const [method = "", path = ""] = name.split(" ");
      return pipeline.denial(routeOf(name), { method, path, from, ...(by && { by }) });
    },
    headersFor: (name) => {
      const route = routeOf(name);
      const key = usage.keys.find((one) => one.isEnabled && usage.planOf(one) !== undefined);
      const token = route && authorizers.tokenFor(route);
      return {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(route?.method.authorization === "AWS_IAM" && { Authorization: SIGNATURE }),
        ...(route?.isKeyRequired === true && key && { "x-api-key": key.value }),
      };
    },
    call,
    frontDoor: FrontDoor.of({ graph, api, apiId, stageName, functions, call }),
    logs: () => functions.logs(),
    stop: async () => {
      await functions.stop();
      await authorizers.close();
      await aws.close();
    },
  };
}

/**
 * Whether a name is API Gateway's own for an API, `API.execute-api.REGION.amazonaws.com`. Only AWS can make such a name
 * lead anywhere. Which API it names is for the server to say.
 */
function isExecuteApi(host: string): boolean {
  return /^[a-z0-9]+(-vpce-[0-9a-f]+)?\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(nameIn(host));
}

function only<T>(found: readonly T[], what: string): T {
  const [first, ...rest] = found;
  if (first === undefined || rest.length > 0) throw new Error(`the stack has not exactly one ${what}`);
  return first;
}
