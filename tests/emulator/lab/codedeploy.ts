// Plays CodeDeploy, because the emulator accepts deployments, but does not continue them. The rest goes to the emulator.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { send, text } from "./aws.js";

interface Deployment {
  status: string;
  readonly functionName: string;
  readonly from: string;
  readonly to: string;
}

const ACTIVE = new Set(["Created", "InProgress"]);

export class CodeDeploy {
  private readonly deployments = new Map<string, Deployment>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CodeDeploy> {
    const server = createServer();
    const codeDeploy = new CodeDeploy(server);
    server.on("request", async (request, response) => {
      const [status, body] = await codeDeploy
        .answer(request)
        .catch((error: unknown): [number, string] => [500, String(error)]);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return codeDeploy;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The version that callers are moved to; undefined if no deployment goes on. */
  get moving(): { readonly from: string; readonly to: string } | undefined {
    return this.active()?.[1];
  }

  /** Moves all callers to the new version. */
  async finish(): Promise<void> {
    await this.end("Succeeded", ({ to }) => to);
  }

  /** Moves all callers back, as CodeDeploy does on an alarm. */
  async rollBack(): Promise<void> {
    await this.end("Stopped", ({ from }) => from);
  }

  private async end(status: string, version: (deployment: Deployment) => string): Promise<void> {
    const [, deployment] = this.active() ?? [];
    if (deployment === undefined) throw new Error("no deployment goes on");
    await pointAlias(deployment.functionName, version(deployment), {});
    deployment.status = status;
  }

  private active(): [string, Deployment] | undefined {
    return [...this.deployments].find(([, { status }]) => ACTIVE.has(status));
  }

  private async answer(request: IncomingMessage): Promise<[number, string]> {
    const target = String(request.headers["x-amz-target"]);
    const body = await bodyOf(request);
    const input = JSON.parse(body);
    switch (target.split(".").at(-1)) {
      case "CreateDeployment":
        return [
          200,
          JSON.stringify({ deploymentId: await this.create(input.revision.appSpecContent.content) }),
        ];
      case "ListDeployments":
        return [200, JSON.stringify({ deployments: (this.active() ?? []).slice(0, 1) })];
      case "GetDeployment":
        return [200, JSON.stringify({ deploymentInfo: this.info(input.deploymentId) })];
      // The emulator can neither change nor delete them.
      case "UpdateDeploymentGroup":
      case "DeleteApplication":
      case "DeleteDeploymentGroup":
        return [200, "{}"];
      default: {
        const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
        const answer = await send("codedeploy", "/", { method: "POST", headers, body });
        return [answer.status, await answer.text()];
      }
    }
  }

  /** Sends a tenth of the calls to the new version. */
  private async create(appSpec: string): Promise<string> {
    const [resource] = JSON.parse(appSpec).Resources;
    const [{ Properties } = { Properties: {} }] = Object.values<{ Properties: Record<string, string> }>(
      resource,
    );
    const { Name = "", CurrentVersion = "", TargetVersion = "" } = Properties;
    await pointAlias(Name, CurrentVersion, { [TargetVersion]: 0.1 });
    const id = `d-${this.deployments.size + 1}`;
    const deployment = { status: "InProgress", functionName: Name, from: CurrentVersion, to: TargetVersion };
    this.deployments.set(id, deployment);
    return id;
  }

  private info(deploymentId: string) {
    const status = this.deployments.get(deploymentId)?.status;
    const isStopped = status === "Stopped";
    return {
      deploymentId,
      status,
      ...(isStopped && { errorInformation: { message: "One or more alarms have been activated" } }),
    };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function pointAlias(name: string, version: string, weights: Record<string, number>): Promise<void> {
  const body = JSON.stringify({
    FunctionVersion: version,
    RoutingConfig: { AdditionalVersionWeights: weights },
  });
  const path = `/2015-03-31/functions/${name}/aliases/live`;
  await text("lambda", await send("lambda", path, { method: "PUT", body }));
}
