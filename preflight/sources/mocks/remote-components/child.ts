/**
 * A value of a property as it goes over the wire, and the URNs of what it comes from. An unknown value is the runtime's
 * text for it.
 */
export interface WireValue {
  readonly value: unknown;
  readonly urns: readonly string[];
}

/** A resource that the mocks registered inside a remote component. */
export interface Child {
  readonly urn: string;
  readonly id: string;
  /** The resource itself, as a property of the component. */
  readonly reference: unknown;
  /** A property of it, `id` among them. */
  get(property: string): WireValue;
}

/** The component that the program registered, and what its provider may do. */
export interface RemoteComponent {
  readonly urn: string;
  readonly name: string;
  /** The value that the program gave; undefined if it gave none. */
  input(property: string): WireValue | undefined;
  /** Names of all properties that the program gave. */
  readonly given: readonly string[];
  /** Registers a resource, in the component or in another one inside it. */
  register(
    type: string,
    name: string,
    properties: Readonly<Record<string, WireValue | undefined>>,
    parent?: string,
  ): Promise<Child>;
  /** Registers a component inside the component. */
  component(type: string, name: string): Promise<string>;
  /** A property of a resource of the stack, by that resource's id; unknown if it has none with this id. */
  lookUp(id: WireValue, property: string): WireValue;
  /** A value made of others, unknown if one of them is. */
  combine(values: readonly WireValue[], make: (values: readonly unknown[]) => unknown): WireValue;
}

/**
 * Registers what a remote component is made of, as its provider does.
 * @returns the component's outputs
 */
export type Construct = (component: RemoteComponent) => Promise<Readonly<Record<string, unknown>>>;

export const constant = (value: unknown): WireValue => ({ value, urns: [] });
