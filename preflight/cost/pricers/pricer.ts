import type { Graph, SourceResource } from "../../graph/index.js";
import { inputValue, integer } from "../../resources/read.js";
import type { Usage } from "../../usage/usage.js";
import type { Charge } from "../charges.js";
import type { FunctionNetwork } from "../network-charges.js";

export interface PricerContext {
  readonly graph: Graph;
  readonly usage: Usage;
  readonly networks: readonly FunctionNetwork[];
  /** The one resource that is charged for the stack's traces. */
  readonly tracer: string | undefined;
}

/** Charges of a resource of one type: an empty list if it is free, undefined if they are unknown. */
export type Pricer = (resource: SourceResource, context: PricerContext) => readonly Charge[] | undefined;

/** A number among a resource's inputs. The default if it is absent or still unknown. */
export function numberOf(
  resource: SourceResource,
  property: string,
  otherwise: number,
): { readonly value: number; readonly known: boolean } {
  const value = integer(inputValue(resource, property));
  if (value === undefined) return { value: otherwise, known: true };
  return typeof value === "number" ? { value, known: true } : { value: otherwise, known: false };
}
