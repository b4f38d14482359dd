import { UserError } from "../errors/user-error.js";
import { cleanText, cleanValue } from "./clean-text.js";
import type { SourceResource } from "./resource.js";

/** Properties with content of its own lines, which programs run or serve. No text for readers is made of them. */
const CONTENT = new Set([
  "body",
  "code",
  "content",
  "environment",
  "requestTemplates",
  "responseTemplates",
  "secretString",
  "userData",
  "value",
]);

/** AWS's longest policy, that of a bucket, has 20 KB without spaces. A text of this length is no policy. */
const LONGEST_POLICY = 1_000_000;

/** AWS nests a policy 5 levels deep, and no property of the provider deeper than 20. */
const DEEPEST = 200;

/**
 * A resource whose texts are safe to show.
 * @throws UserError if a property is nested too deep or a policy is too long to be one
 */
export function cleanResource(resource: SourceResource): SourceResource {
  const { urn, type, name, parent, provider, id, properties, found, dependencies, propertyDependencies } =
    resource;
  const refuse = (property: string, problem: string): never => {
    throw new UserError(`${cleanText(name)} (${cleanText(type)}): ${cleanText(property)} ${problem}`);
  };
  const clean = (all: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(all).map(([property, value]) => {
        if (isNestedTooDeep(value)) refuse(property, TOO_DEEP);
        if (typeof value === "string" && value.length > LONGEST_POLICY && /polic/i.test(property))
          refuse(property, `has ${value.length} characters; AWS accepts 20,480 in its longest policy`);
        return [cleanText(property), CONTENT.has(property) ? value : cleanValue(value)];
      }),
    );
  return {
    ...resource,
    urn: cleanText(urn),
    type: cleanText(type),
    name: cleanText(name),
    ...(parent !== undefined && { parent: cleanText(parent) }),
    ...(provider !== undefined && { provider: cleanText(provider) }),
    ...(id !== undefined && { id: cleanText(id) }),
    properties: clean(properties),
    ...(found !== undefined && { found: clean(found) }),
    ...(dependencies !== undefined && { dependencies: dependencies.map(cleanText) }),
    ...(propertyDependencies !== undefined && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, urns]) => [
          cleanText(property),
          urns.map(cleanText),
        ]),
      ),
    }),
  };
}

export const TOO_DEEP = `is nested more than ${DEEPEST} levels deep; nothing that AWS accepts is`;

/** Whether a value, or JSON in one of its texts, is nested deeper than anything that AWS accepts. */
export function isNestedTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === "string" && isJsonTooDeep(item)) return true;
      if (typeof item === "object" && item !== null)
        for (const inner of Object.values(item)) next.push(inner);
    }
    level = next;
  }
  return false;
}

/** Counts brackets without parsing. A text that is no JSON is not nested. */
function isJsonTooDeep(text: string): boolean {
  if (text.length <= DEEPEST || !/^\s*[[{]/.test(text)) return false;
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted && character === "\\") i++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
