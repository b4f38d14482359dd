/**
 * Policy variables: `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and the escapes `${*}`,
 * `${?}` and `${$}`. Only policies of version 2012-10-17 have them; in older ones they are literal text.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
import type { RequestContext } from "./context.js";
import { type SourceChar, sourceChars } from "./wildcard.js";

type Part =
  | { readonly type: "text"; readonly chars: readonly SourceChar[] }
  | { readonly type: "variable"; readonly key: string; readonly fallback?: string };

/** A policy text with its variables found. `malformed` describes a `${` that cannot be parsed. */
export interface Template {
  readonly source: string;
  readonly parts: readonly Part[];
  readonly malformed?: string;
  /** The text without variables, computed once. */
  readonly fixed?: Expansion;
}

/** An expanded template; `null` if a variable has no value, so that it equals and matches nothing. */
export type Expansion =
  | { readonly state: "text"; readonly chars: readonly SourceChar[] }
  | { readonly state: "null" }
  | { readonly state: "unknown"; readonly reason: string };

const VARIABLE = /\$\{([^}]*)\}?/g;
const WITH_DEFAULT = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/;

/** Finds the variables of a text. The text is literal if the policy's version has no variables. */
export function template(source: string, variables: boolean): Template {
  if (!variables || !source.includes("${")) return fixedTemplate(source, sourceChars(source));
  const parts: Part[] = [];
  let end = 0;
  for (const found of source.matchAll(VARIABLE)) {
    parts.push({ type: "text", chars: sourceChars(source.slice(end, found.index)) });
    end = found.index + found[0].length;
    const inside = found[1] ?? "";
    if (!found[0].endsWith("}"))
      return { source, parts: [], malformed: `"${source}" has a \${ without its }` };
    if (inside === "*" || inside === "?" || inside === "$") {
      parts.push({ type: "text", chars: sourceChars(inside, false) });
      continue;
    }
    const variable = WITH_DEFAULT.exec(inside.trim());
    if (variable === null) return { source, parts: [], malformed: `"${found[0]}" is not a policy variable` };
    parts.push({ type: "variable", key: variable[1] ?? "", fallback: variable[2] });
  }
  parts.push({ type: "text", chars: sourceChars(source.slice(end)) });
  const chars = parts.flatMap((part) => (part.type === "text" ? part.chars : []));
  return parts.every((part) => part.type === "text") ? fixedTemplate(source, chars) : { source, parts };
}

function fixedTemplate(source: string, chars: readonly SourceChar[]): Template {
  return { source, parts: [{ type: "text", chars }], fixed: { state: "text", chars } };
}

/** Expands the variables. A multivalued key cannot be a variable, so its expansion is unknown. */
export function expand(text: Template, context: RequestContext): Expansion {
  if (text.fixed !== undefined) return text.fixed;
  if (text.malformed !== undefined) return { state: "unknown", reason: text.malformed };
  const chars: SourceChar[] = [];
  let isNull = false;
  let reason: string | undefined;
  for (const part of text.parts) {
    if (part.type === "text") {
      chars.push(...part.chars);
      continue;
    }
    const entry = context.lookup(part.key);
    if (entry.state === "unknown" || entry.state === "present") {
      reason ??= `the policy variable \${${part.key}} is not known`;
    } else if (entry.state === "values" && entry.multivalued) {
      reason ??= `${part.key} is multivalued and cannot be a policy variable`;
    } else {
      const value = entry.state === "values" ? entry.values[0] : part.fallback;
      if (value === undefined) isNull = true;
      else chars.push(...sourceChars(value, false));
    }
  }
  if (isNull) return { state: "null" };
  return reason === undefined ? { state: "text", chars } : { state: "unknown", reason };
}

/** The colons of a text outside its variables. */
export function colonsIn(text: Template): number {
  return text.parts
    .flatMap((part) => (part.type === "text" ? part.chars : []))
    .filter(({ char }) => char === ":").length;
}

/** Whether a variable is before the fifth colon, where a `Resource` element cannot have one. */
export function hasVariableBeforeResourcePart(text: Template): boolean {
  let colons = 0;
  for (const part of text.parts) {
    if (part.type === "variable") return colons < 5;
    colons += part.chars.filter(({ char }) => char === ":").length;
    if (colons >= 5) return false;
  }
  return false;
}
