import { fileInArchive, type Graph, isRecord, list, type SourceResource } from "@lambda-networking/preflight";
import type { EnvironmentArgs } from "./environment.js";
import { ScaledFunction } from "./scaling.js";

interface FunctionsArgs {
  readonly graph: Graph;
  readonly region: string;
  /** URL of the server that stands in for AWS. */
  readonly awsUrl: string;
  /** Where a JWT authorizer fetches the issuer's keys from, instead of from the internet. */
  readonly jwksUri?: string | undefined;
  /** Receives each piece of a function's output, with the function's logical name. */
  readonly onLog?: ((name: string, text: string) => void) | undefined;
}

/** The functions of a stack. Each starts at its first call. */
export class LambdaFunctions {
  private readonly running = new Map<string, ScaledFunction>();

  constructor(private readonly args: FunctionsArgs) {}

  /**
   * @param key URN
   * @returns undefined if the stack has no such function
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
  { graph, region, awsUrl, jwksUri, onLog }: FunctionsArgs,
): EnvironmentArgs {
  const { environment, handler, timeout, name, memorySize } = lambda.properties;
  const bundle = codeOf(lambda, graph.resources);
  if (bundle === undefined)
    throw new Error(`${lambda.name} is not made of a bundle that the sandbox can run`);
  const variables = isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
  return {
    code: bundle.text,
    file: bundle.name,
    handler: String(handler).split(".").at(-1) ?? "handler",
    timeout: Number(timeout ?? 3),
    ...(onLog !== undefined && { onLog: (text: string) => onLog(lambda.name, text) }),
    variables: {
      ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      ...(jwksUri !== undefined && variables.JWT_ISSUER !== undefined && { JWT_JWKS_URI: jwksUri }),
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: String(name),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", // because this machine's Node.js runs it, not the function's
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ENDPOINT_URL_SSM: awsUrl, // replaces the endpoint that the function uses inside its VPC
    },
  };
}

/** A module that Lambda loads for the handler `index.…`. */
interface ModuleFile {
  readonly name: string;
  readonly text: string;
}

/** Names of the module, in the order in which Lambda looks for them. */
const FILES = ["index.js", "index.mjs", "index.cjs"];

function moduleIn(archive: unknown): ModuleFile | undefined {
  for (const name of FILES) {
    const text = fileInArchive(archive, name);
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

type Resources = ReadonlyMap<string, SourceResource>;

/** Location of an object in S3. */
interface Location {
  readonly bucket: unknown;
  readonly key: unknown;
}

/**
 * A function's module: from the archive in its properties or, if the stack uploads it, from the bucket,
 * signed or not.
 * @returns undefined if the stack does not have it
 */
function codeOf({ properties }: SourceResource, resources: Resources): ModuleFile | undefined {
  const { code, s3Bucket, s3Key } = properties;
  if (code !== undefined) return moduleIn(code);
  if (s3Bucket === undefined || s3Key === undefined) return undefined;
  const at = { bucket: s3Bucket, key: s3Key };
  return uploaded(at, resources) ?? uploaded(signedFrom(at, resources), resources);
}

function uploaded(at: Location | undefined, resources: Resources): ModuleFile | undefined {
  const object = [...resources.values()].find(
    ({ type, properties }) => type === "aws:s3/bucketObjectv2:BucketObjectv2" && isAt(properties, at),
  );
  return object && moduleIn(object.properties.source);
}

/** Location of the unsigned object that a signing job signed. */
function signedFrom(at: Location, resources: Resources): Location | undefined {
  const job = [...resources.values()].find(
    ({ type, properties }) =>
      type === "aws:signer/signingJob:SigningJob" &&
      list(properties.signedObjects).some((signed) => isAt(firstOf(signed), at)),
  );
  const source = job && isRecord(job.properties.source) ? job.properties.source.s3 : undefined;
  return isRecord(source) ? { bucket: source.bucket, key: source.key } : undefined;
}

function firstOf(signed: unknown): unknown {
  return isRecord(signed) ? list(signed.s3s)[0] : undefined;
}

function isAt(value: unknown, at: Location | undefined): boolean {
  return at !== undefined && isRecord(value) && value.bucket === at.bucket && value.key === at.key;
}
