import { isRecord } from "../preflight/graph/read.js";
import { startAwsServer } from "./aws-server.js";
import { LambdaEnvironment } from "./lambda-environment.js";
import { ParameterStore, parametersOf } from "./parameter-store.js";
import { type ApiRequest, type ApiResponse, proxyEvent } from "./proxy-event.js";
import type { RecordedResource } from "./recorder.js";
import type { Synthesis } from "./synthesize.js";
import { fileInArchive } from "./wire.js";

/** A stack's API, answering in this process with the functions' own bundles. */
export interface RunningApi {
  readonly stageName: string;
  /** What is served: `GET /messages`. */
  readonly methods: readonly string[];
  call(request: ApiRequest): Promise<ApiResponse>;
  /** What the functions printed. */
  logs(): string[];
  stop(): Promise<void>;
}

interface Method {
  readonly httpMethod: string;
  readonly resource: string;
  readonly integration: RecordedResource;
}

/** API Gateway's own words for what it does not know. */
const NOT_FOUND: ApiResponse = json(403, { message: "Missing Authentication Token" });
const BAD_GATEWAY: ApiResponse = json(502, { message: "Internal server error" });
const TIMED_OUT: ApiResponse = json(504, { message: "Endpoint request timed out" });

/** Starts the API of a stack that was synthesized. */
export async function startApi(synthesis: Synthesis): Promise<RunningApi> {
  const { resources, region } = synthesis;
  const api = only(resources, "aws:apigateway/restApi:RestApi");
  const stageName = String(only(resources, "aws:apigateway/stage:Stage").properties.stageName);
  const methods = methodsOf(resources);
  const aws = await startAwsServer(new ParameterStore(parametersOf(resources)));
  const environments = new Map<string, LambdaEnvironment>();

  const environmentOf = (lambda: RecordedResource): LambdaEnvironment => {
    const environment = environments.get(lambda.urn) ?? startFunction(lambda, region, aws.url);
    environments.set(lambda.urn, environment);
    return environment;
  };
  return {
    stageName,
    methods: methods.map(({ httpMethod, resource }) => `${httpMethod} ${resource}`),
    call: async (request) => {
      const method = methods.find((m) => m.httpMethod === request.method && m.resource === request.path);
      if (method === undefined) return NOT_FOUND;
      const lambda = functionOf(method.integration, resources);
      if (lambda === undefined) return BAD_GATEWAY;
      const target = {
        apiId: api.id ?? "",
        stageName,
        resource: method.resource,
        pathParameters: {},
        accountId: String(api.properties.executionArn).split(":")[4] ?? "",
        region,
      };
      const invocation = await environmentOf(lambda).invoke(proxyEvent(request, target));
      if ("result" in invocation) return responseOf(invocation.result);
      return invocation.error.errorType === "Sandbox.Timedout" ? TIMED_OUT : BAD_GATEWAY;
    },
    logs: () => [...environments.values()].flatMap(({ logs }) => logs),
    stop: async () => {
      await Promise.all([...environments.values()].map((environment) => environment.stop()));
      await aws.close();
    },
  };
}

function methodsOf(resources: readonly RecordedResource[]): Method[] {
  const paths = new Map(
    ofType(resources, "aws:apigateway/resource:Resource").map(({ id, properties }) => [
      id,
      String(properties.path),
    ]),
  );
  const integrations = ofType(resources, "aws:apigateway/integration:Integration");
  return ofType(resources, "aws:apigateway/method:Method").flatMap(({ properties }) => {
    const { httpMethod, resourceId } = properties;
    const integration = integrations.find(
      (candidate) =>
        candidate.properties.resourceId === resourceId && candidate.properties.httpMethod === httpMethod,
    );
    const resource = paths.get(String(resourceId));
    return integration === undefined || resource === undefined
      ? []
      : [{ httpMethod: String(httpMethod), resource, integration }];
  });
}

/** The function behind an integration, by way of the alias that its URI names. */
function functionOf(
  integration: RecordedResource,
  resources: readonly RecordedResource[],
): RecordedResource | undefined {
  const { uri } = integration.properties;
  const alias = ofType(resources, "aws:lambda/alias:Alias").find(
    ({ properties }) => properties.invokeArn === uri,
  );
  return ofType(resources, "aws:lambda/function:Function").find(
    ({ properties }) => properties.invokeArn === uri || properties.name === alias?.properties.functionName,
  );
}

function startFunction(lambda: RecordedResource, region: string, awsUrl: string): LambdaEnvironment {
  const { code, environment, handler, timeout, name, memorySize } = lambda.properties;
  const bundle = fileInArchive(code, "index.mjs");
  if (bundle === undefined)
    throw new Error(`${lambda.name} is not made of a bundle that the sandbox can run`);
  const variables = isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
  return new LambdaEnvironment({
    code: bundle,
    handler: String(handler).split(".").at(-1) ?? "handler",
    timeout: Number(timeout),
    variables: {
      ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: String(name),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ENDPOINT_URL_SSM: awsUrl, // whatever name the function would use inside its VPC
    },
  });
}

function responseOf(result: unknown): ApiResponse {
  if (!isRecord(result) || typeof result.statusCode !== "number") return BAD_GATEWAY;
  const headers = isRecord(result.headers) ? result.headers : {};
  return {
    statusCode: result.statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: typeof result.body === "string" ? result.body : "",
  };
}

function json(statusCode: number, body: object): ApiResponse {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function ofType(resources: readonly RecordedResource[], type: string): RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function only(resources: readonly RecordedResource[], type: string): RecordedResource {
  const [first, ...rest] = ofType(resources, type);
  if (first === undefined || rest.length > 0) throw new Error(`the stack has not exactly one ${type}`);
  return first;
}
