import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** What a resource was registered with, as the engine would be asked for it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** How long a deletion may take, e.g. `60m`; "" for the provider's own time. */
  readonly deleteTimeout: string;
  /** Outputs that the state keeps as secrets, besides those that the provider says. */
  readonly secretOutputs: readonly string[];
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustomtimeouts(): { getDelete(): string } | undefined;
  getAdditionalsecretoutputsList(): string[];
}

/** Every registration while something runs, the same name twice too. */
export async function registrationsDuring(run: () => Promise<unknown>): Promise<Registration[]> {
  const registrations: Registration[] = [];
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (this: MockMonitor, request: Request, callback) {
    registrations.push({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
      secretOutputs: request.getAdditionalsecretoutputsList(),
    });
    return register.call(this, request, callback);
  };
  try {
    await run();
  } finally {
    MockMonitor.prototype.registerResource = register;
  }
  return registrations;
}
