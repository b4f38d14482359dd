import { boolean, inputValue, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Delivery, DeliveryMeans, Key } from "../../model.js";
import type { Context } from "../context.js";
import { invoked } from "../functions.js";
import { KINDS, refOf } from "../references.js";

/** The receiver of a delivery: a function, with the alias or version that is invoked, or another resource. */
export interface Receiver {
  readonly to: MaybeUnknown<Key>;
  readonly qualifier: MaybeUnknown<string> | undefined;
}

/**
 * The receiver that a value names.
 * @param property the resource's property with the value, at any depth, for the dependencies of an unknown value
 */
export function receiverOf(
  context: Context,
  resource: SourceResource,
  property: string,
  value: unknown,
): Receiver | undefined {
  if (text(value) === undefined) return undefined;
  const called = invoked(context, resource, property, value);
  if (isSet(called.function) && context.resources.has(called.function)) {
    return { to: called.function, qualifier: called.qualifier };
  }
  return {
    to: context.references.needed(resource, property, value, KINDS.receiver),
    qualifier: undefined,
  };
}

/** The records of a property that may be one object or a list of them; none if the property is not known. */
export function itemsOf(resource: SourceResource, property: string) {
  return records(inputValue(resource, property)).filter(isKnown);
}

interface Given {
  readonly from: MaybeUnknown<Key>;
  readonly receiver: Receiver | undefined;
  readonly means: DeliveryMeans;
  readonly stopped?: Delivery["stopped"];
  readonly isFiltered?: boolean;
}

/** The delivery that a resource makes, if it names a receiver. */
export function deliveryBy(
  resource: SourceResource,
  { from, receiver, means, stopped, isFiltered = false }: Given,
): Delivery[] {
  return receiver === undefined
    ? []
    : [{ ref: refOf(resource), from, ...receiver, means, stopped, isFiltered }];
}

/** Why a resource with an on-off switch hands over nothing; undefined if it is on. */
export function stoppedBy(resource: SourceResource, property: string, on: boolean): Delivery["stopped"] {
  const enabled = boolean(inputValue(resource, property), on);
  if (!isKnown(enabled)) return UNKNOWN;
  return enabled ? undefined : `${resource.name} has ${property}: false`;
}

/** Why a resource with a state hands over nothing; undefined if it is not in one of the states. */
export function stoppedIn(
  resource: SourceResource,
  property: string,
  states: readonly string[],
): Delivery["stopped"] {
  const value = inputValue(resource, property);
  const state = typeof value === "boolean" ? String(value) : text(value);
  if (state === undefined) return undefined;
  if (!isKnown(state)) return UNKNOWN;
  return states.includes(state) ? `${resource.name} has ${property}: ${state}` : undefined;
}
