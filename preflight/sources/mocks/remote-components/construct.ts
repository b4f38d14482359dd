import { isRecord } from "../../../resources/read.js";
import { isUnknownText, RESOURCE_SIGNATURE, SIGNATURE_KEY, UNKNOWN_TEXT } from "../../wire-values.js";
import type { Message, RegisterRequest, RegisterResponse } from "../monitor.js";
import type { RecordedResource } from "../recorded-resource.js";
import type { Child, Construct, RemoteComponent, WireValue } from "./child.js";

interface Mocks {
  /** Registers one resource as if the program had. */
  readonly register: (
    request: RegisterRequest,
    callback: (error: Error | null, response: RegisterResponse | undefined) => void,
  ) => unknown;
  readonly resources: Map<string, RecordedResource>;
}

/**
 * Registers what a remote component is made of, because the mocks take the place of its provider too.
 * @returns the answer to the component's registration, with its outputs
 */
export async function constructRemote(
  construct: Construct,
  request: RegisterRequest,
  response: RegisterResponse,
  mocks: Mocks,
): Promise<RegisterResponse> {
  const urn = response.getUrn();
  const outputs = await construct(componentOf(urn, request, mocks));
  const given = request.getObject()?.toJavaScript();
  const all = { ...(isRecord(given) ? given : {}), ...outputs };
  const component = mocks.resources.get(urn);
  if (component !== undefined) {
    // As in an export, where a reference to a resource is its id.
    const ids = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, idsIn(value)]));
    mocks.resources.set(urn, { ...component, properties: { ...component.properties, ...ids } });
  }
  return withObject(response, all);
}

function idsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(idsIn);
  return isRecord(value) && value[SIGNATURE_KEY] === RESOURCE_SIGNATURE ? (value.id ?? value.urn) : value;
}

function withObject(response: RegisterResponse, object: Readonly<Record<string, unknown>>): RegisterResponse {
  return Object.create(response, { getObject: { value: () => messageOf(object) } });
}

const messageOf = (object: unknown): Message => ({ toJavaScript: () => object });

function componentOf(urn: string, request: RegisterRequest, mocks: Mocks): RemoteComponent {
  const wire = request.getObject()?.toJavaScript();
  const inputs = isRecord(wire) ? wire : {};
  const sources = new Map<string, readonly string[]>();
  request.getPropertydependenciesMap().forEach((urns, property) => {
    sources.set(property, urns.getUrnsList());
  });
  const provider = request.getProvidersMap().get("aws") ?? request.getProvider();
  return {
    urn,
    name: request.getName(),
    given: Object.keys(inputs),
    input: (property) =>
      inputs[property] === undefined
        ? undefined
        : { value: inputs[property], urns: sources.get(property) ?? [] },
    register: (type, name, properties, parent = urn) =>
      registerChild(registration({ type, name, parent, provider, isComponent: false }, properties), mocks),
    component: async (type, name) =>
      (await registerChild(registration({ type, name, parent: urn, provider, isComponent: true }, {}), mocks))
        .urn,
    lookUp: ({ value, urns }, property) => {
      const found = [...mocks.resources.values()].find(({ id }) => id !== undefined && id === value);
      const own = found?.properties[property];
      return { value: typeof own === "string" ? own : UNKNOWN_TEXT, urns };
    },
    combine: (values, make) => {
      const plain = values.map(({ value }) => value);
      const urns = [...new Set(values.flatMap((each) => each.urns))];
      return { value: plain.some(holdsUnknownText) ? UNKNOWN_TEXT : make(plain), urns };
    },
  };
}

function holdsUnknownText(value: unknown): boolean {
  if (typeof value === "string") return isUnknownText(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknownText);
}

interface ChildArgs {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly provider: string;
  readonly isComponent: boolean;
}

/** The message by which a program registers a resource. */
function registration(
  { type, name, parent, provider, isComponent }: ChildArgs,
  properties: Readonly<Record<string, WireValue | undefined>>,
): RegisterRequest {
  const set = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value.value === undefined ? [] : [[key, value] as const],
  );
  return {
    getType: () => type,
    getName: () => name,
    getParent: () => parent,
    getProvider: () => (isComponent ? "" : provider),
    getCustom: () => !isComponent,
    getRemote: () => false,
    getProvidersMap: () => new Map<string, string>(),
    getObject: () => messageOf(Object.fromEntries(set.map(([key, { value }]) => [key, value]))),
    getDependenciesList: () => [...new Set(set.flatMap(([, { urns }]) => urns))],
    getIgnorechangesList: () => [],
    getReplaceonchangesList: () => [],
    getAliasesList: () => [],
    getAliasurnsList: () => [],
    getRetainondelete: () => undefined,
    getProtect: () => undefined,
    getImportid: () => "",
    getPropertydependenciesMap: () => ({
      forEach: (visit) => {
        for (const [key, { urns }] of set) visit({ getUrnsList: () => [...urns] }, key);
      },
    }),
  };
}

async function registerChild(request: RegisterRequest, { register }: Mocks): Promise<Child> {
  const response = await new Promise<RegisterResponse>((resolve, reject) => {
    register(request, (error, answer) => {
      if (error !== null || answer === undefined) reject(error ?? new Error("no answer"));
      else resolve(answer);
    });
  });
  const [urn, id] = [response.getUrn(), response.getId()];
  const state = response.getObject()?.toJavaScript();
  return {
    urn,
    id,
    reference: { [SIGNATURE_KEY]: RESOURCE_SIGNATURE, urn, id, packageVersion: "" },
    get: (property) => ({
      value:
        (property === "id" ? id || undefined : isRecord(state) ? state[property] : undefined) ?? UNKNOWN_TEXT,
      urns: [urn],
    }),
  };
}
