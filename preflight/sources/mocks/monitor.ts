// The parts of the runtime's messages and of its connection to the engine that the mocks use.

export interface Message {
  toJavaScript(): unknown;
}
export interface Alias {
  getUrn(): string;
  getSpec(): { getName(): string; getType(): string; getParenturn(): string } | undefined;
}
export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  /** Whether the provider of its package makes it, as all components that are not the program's own. */
  getRemote(): boolean;
  getProvidersMap(): { get(name: string): string | undefined };
  getObject(): Message | undefined;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAliasesList(): readonly Alias[];
  getAliasurnsList(): readonly string[];
  getRetainondelete(): boolean | undefined;
  getProtect(): boolean | undefined;
  getImportid(): string;
  getPropertydependenciesMap(): {
    forEach(visit: (urns: { getUrnsList(): string[] }, property: string) => void): void;
  };
}
export interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): Message | undefined;
}
export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Message | undefined;
}
export type Callback<Response> = (error: Error | null, response: Response | undefined) => void;
export interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback<RegisterResponse>): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): unknown;
}

/** Whether a value is the runtime's connection to the engine. */
export function isMonitor(value: unknown): value is Monitor {
  return (
    typeof value === "object" &&
    value !== null &&
    "registerResource" in value &&
    typeof value.registerResource === "function" &&
    "registerResourceOutputs" in value &&
    typeof value.registerResourceOutputs === "function"
  );
}
