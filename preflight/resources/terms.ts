/** A term of the code as a person writes it: `interface-endpoint` as `interface endpoint`. */
export function words(term: string): string {
  return term.replaceAll("-", " ");
}
