import type { Graph, SourceResource } from "../../preflight/graph/index.js";
import { isRecord } from "../../preflight/resources/read.js";
import type { EnvironmentArgs } from "./environment.js";
import { codeOf } from "./function-code.js";
import { ScaledFunction } from "./scaling.js";

interface FunctionsArgs {
  readonly graph: Graph;
  readonly region: string;
  /** Where the functions find AWS. */
  readonly awsUrl: string;
  /** Told each piece of what a function prints, with the function's logical name. */
  readonly onLog?: ((name: string, text: string) => void) | undefined;
}

/** The functions of a stack, each started when it is first called. */
export class LambdaFunctions {
  private readonly running = new Map<string, ScaledFunction>();

  constructor(private readonly args: FunctionsArgs) {}

  /**
   * @param key URN
   * @returns undefined when the stack has no such function
   */
  get(key: string): ScaledFunction | undefined {
    const resource = this.args.graph.resources.get(key);
    if (resource === undefined) return undefined;
    const lambda = this.running.get(key) ?? new ScaledFunction(environmentOf(resource, this.args));
    this.running.set(key, lambda);
    return lambda;
  }

  logs(): string[] {
    return [...this.running.values()].flatMap((lambda) => lambda.logs());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((lambda) => lambda.stop()));
  }
}

function environmentOf(
  lambda: SourceResource,
  { graph, region, awsUrl, onLog }: FunctionsArgs,
): EnvironmentArgs {
  const { environment, handler, timeout, name, memorySize } = lambda.properties;
  const bundle = codeOf(lambda, graph.resources);
  if (bundle === undefined)
    throw new Error(`${lambda.name} is not made of a bundle that the sandbox can run`);
  const variables = isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
  return {
    code: bundle,
    handler: String(handler).split(".").at(-1) ?? "handler",
    timeout: Number(timeout ?? 3),
    ...(onLog !== undefined && { onLog: (text: string) => onLog(lambda.name, text) }),
    variables: {
      ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: String(name),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", // it is this machine's Node, not the function's
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ENDPOINT_URL_SSM: awsUrl, // whatever name the function would use inside its VPC
    },
  };
}
