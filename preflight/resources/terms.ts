/** A term of the code in readable form: `interface-endpoint` gives `interface endpoint`. */
export function words(term: string): string {
  return term === "local" ? "local route" : term.replaceAll("-", " ");
}
