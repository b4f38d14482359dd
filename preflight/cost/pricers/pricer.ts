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

/** What a resource of one type is billed for; an empty list: it is free. Undefined: that is not known. */
export type Pricer = (resource: SourceResource, context: PricerContext) => readonly Charge[] | undefined;

/** A number among a resource's inputs; the default where it is absent or not known yet. */
export function numberOf(
  resource: SourceResource,
  property: string,
  otherwise: number,
): { readonly value: number; readonly known: boolean } {
  const value = integer(inputValue(resource, property));
  if (value === undefined) return { value: otherwise, known: true };
  return typeof value === "number" ? { value, known: true } : { value: otherwise, known: false };
}
