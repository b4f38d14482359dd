import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** The registration of a resource, as the engine would receive it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** Timeout of a deletion, such as `60m`; "" for the provider's default. */
  readonly deleteTimeout: string;
  /** Outputs that the state keeps secret, in addition to those that the provider marks. */
  readonly secretOutputs: readonly string[];
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustomtimeouts(): { getDelete(): string } | undefined;
  getAdditionalsecretoutputsList(): string[];
}

/** Every registration during a run, including repeated names. */
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
