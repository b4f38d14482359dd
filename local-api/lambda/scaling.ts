import { type EnvironmentArgs, type Invocation, LambdaEnvironment } from "./environment.js";

/** Maximum environments of a function. They are threads of this machine, so far fewer than Lambda's 1,000. */
const MOST_ENVIRONMENTS = 10;

/**
 * The execution environments of a function. Each takes one invocation at a time. If all are busy, another starts. If
 * there are too many for this machine, an invocation waits for the next free one.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class ScaledFunction {
  private readonly all = new Set<LambdaEnvironment>();
  private readonly idle: LambdaEnvironment[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Output of environments that are stopped. */
  private readonly past: string[] = [];
  private stopped = false;

  constructor(private readonly args: EnvironmentArgs) {}

  async invoke(event: unknown): Promise<Invocation> {
    while (!this.stopped && this.idle.length === 0 && this.all.size >= MOST_ENVIRONMENTS) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    if (this.stopped)
      return { error: { errorType: "Sandbox.Stopped", errorMessage: "the sandbox was stopped" } };
    const environment = this.idle.pop() ?? this.start();
    const invocation = await environment.invoke(event);
    if (environment.isUsable) this.idle.push(environment);
    else await this.retire(environment);
    this.waiting.shift()?.();
    return invocation;
  }

  logs(): string[] {
    return [...this.past, ...[...this.all].flatMap(({ logs }) => logs)];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const resume of this.waiting.splice(0)) resume();
    await Promise.all([...this.all].map((environment) => this.retire(environment)));
  }

  private start(): LambdaEnvironment {
    const environment = new LambdaEnvironment(this.args);
    this.all.add(environment);
    return environment;
  }

  private async retire(environment: LambdaEnvironment): Promise<void> {
    if (!this.all.delete(environment)) return;
    await environment.stop();
    this.past.push(...environment.logs);
  }
}
