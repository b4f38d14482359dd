import { synthesizeProgram } from "../../cli/lib/program.js";
import { type RunningApi, startApi } from "../../local-api/running-api.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import { stackFile } from "../support/stacks.js";

const synthesized = new Map<string, Promise<Synthesis>>();

/** A stack of the tests' project, built once. */
export function shipped(stack: "dev" | "prod"): Promise<Synthesis> {
  const known = synthesized.get(stack) ?? synthesizeProgram(stackFile(stack));
  synthesized.set(stack, known);
  return known;
}

/** A stack without some of its resources. */
export function without(synthesis: Synthesis, isGone: (resource: RecordedResource) => boolean): Synthesis {
  const resources = synthesis.resources.filter((resource) => !isGone(resource));
  if (resources.length === synthesis.resources.length) throw new Error("nothing was taken away");
  return { ...synthesis, resources };
}

/** A stack whose API has no gateway responses, so that errors are those of API Gateway. */
export function inOwnWords(synthesis: Synthesis): Synthesis {
  const resources = synthesis.resources.filter(({ type }) => type !== "aws:apigateway/response:Response");
  return { ...synthesis, resources };
}

/** A stack with properties of one resource changed. */
export function changed(synthesis: Synthesis, name: string, properties: Record<string, unknown>): Synthesis {
  const resources = synthesis.resources.map((resource) =>
    resource.name === name && !resource.isComponent
      ? { ...resource, properties: { ...resource.properties, ...properties } }
      : resource,
  );
  return { ...synthesis, resources };
}

/** A stack with more resources: each with a type such as `apigateway/apiKey:ApiKey` and a logical name. */
export function having(
  synthesis: Synthesis,
  ...added: readonly (readonly [type: string, name: string, properties: Readonly<Record<string, unknown>>])[]
): Synthesis {
  const more = added.map(([type, name, properties]) => {
    const urn = `urn:pulumi:test::lambda-networking::aws:${type}::${name}`;
    const rest = { isComponent: false, inputs: properties, secrets: [], dependencies: [] };
    return { urn, type: `aws:${type}`, name, id: `${name}-id`, properties, ...rest };
  });
  return { ...synthesis, resources: [...synthesis.resources, ...more] };
}

/** Starts an API, uses it, and stops it. */
export async function using<T>(
  synthesis: Synthesis,
  use: (api: RunningApi) => Promise<T>,
  now?: () => number,
): Promise<T> {
  const api = await startApi(synthesis, { onLog: () => {}, ...(now && { now }) });
  try {
    return await use(api);
  } finally {
    await api.stop();
  }
}

/** A clock that moves only when a test moves it. */
export class TestClock {
  constructor(private at = Date.UTC(2026, 0, 31, 23, 59)) {}
  readonly now = (): number => this.at;
  pass(seconds: number): void {
    this.at += seconds * 1000;
  }
}

interface RouteFixture {
  readonly method: string;
  readonly path: string;
  /** The body of an ES module's `handler(event, context)`. */
  readonly code?: string;
  /** In seconds. */
  readonly timeout?: number;
  readonly integration?: Readonly<Record<string, unknown>>;
}

const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

/** A REGIONAL API of a few routes, each with its own short function. */
export function apiOf(
  routes: readonly RouteFixture[],
  api: Readonly<Record<string, unknown>> = {},
): Synthesis {
  const resources = new Map<string, RecordedResource>();
  const add = (type: string, name: string, properties: Readonly<Record<string, unknown>>) => {
    const urn = `urn:pulumi:test::lambda-networking::${type}::${name}`;
    const rest = { isComponent: false, inputs: {}, secrets: [], dependencies: [] };
    resources.set(urn, { urn, type, name, id: `${name}-id`, properties, ...rest });
    return `${name}-id`;
  };
  add("aws:apigateway/restApi:RestApi", "api", {
    endpointConfiguration: { types: "REGIONAL" },
    executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:api-id`,
    rootResourceId: "root",
    ...api,
  });
  add("aws:apigateway/stage:Stage", "stage", {
    restApi: "api-id",
    stageName: "v1",
    variables: { colour: "blue" },
  });
  for (const [
    i,
    { method, path, code = "return { statusCode: 200 }", timeout = 3, integration },
  ] of routes.entries()) {
    let parent = "root";
    for (const part of path.split("/").slice(1).filter(Boolean)) {
      const name = `${parent}.${part}`;
      add("aws:apigateway/resource:Resource", name, { restApi: "api-id", parentId: parent, pathPart: part });
      parent = `${name}-id`;
    }
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f${i}`;
    const invokeArn = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`;
    const slot = { restApi: "api-id", resourceId: parent, httpMethod: method };
    add("aws:lambda/function:Function", `f${i}`, {
      name: `f${i}`,
      arn,
      invokeArn,
      handler: "index.handler",
      timeout,
      memorySize: 128,
      code: archive(`export async function handler(event, context) { ${code} }`),
    });
    add("aws:lambda/permission:Permission", `p${i}`, {
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      function: `f${i}`,
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:api-id/*`,
    });
    add("aws:apigateway/method:Method", `m${i}`, { ...slot, authorization: "NONE" });
    add("aws:apigateway/integration:Integration", `i${i}`, {
      ...slot,
      type: "AWS_PROXY",
      uri: invokeArn,
      ...integration,
    });
  }
  return {
    project: "lambda-networking",
    stack: "test",
    region: REGION,
    resources: [...resources.values()],
    outputs: {},
  };
}

/** An archive of text files in the engine's wire format. */
function archive(text: string): Record<string, unknown> {
  const signature = "4dabf18193072939515e22adb298388d";
  return { [signature]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { "index.mjs": { text } } };
}
