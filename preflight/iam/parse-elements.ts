/** Parsers of the elements that have a grammar inside the statement: principals and conditions. */
import { isRecord } from "../resources/read.js";
import { isAccountId, parseArn } from "./arn.js";
import type { Condition, DocumentKind, PrincipalElement } from "./policy.js";

export type Json = Readonly<Record<string, unknown>>;
export type Problems = string[];

/** A string or a list of strings; never empty. */
export function textList(input: unknown, where: string, problems: Problems): string[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  const texts = list.filter((item) => typeof item === "string");
  if (texts.length !== list.length) problems.push(`${where} must be a string or a list of strings`);
  if (list.length === 0 || texts.some((text) => text === "")) problems.push(`${where} must not be empty`);
  return texts;
}

const PRINCIPAL_TYPES = ["AWS", "Service", "Federated", "CanonicalUser"];
const UNIQUE_ID = /^A[A-Z0-9]{15,127}$/;
const IDENTITY = /^(root$|(user|role|assumed-role|federated-user)\/[^*?]+$)/;

/**
 * `Principal` or `NotPrincipal`. Identity policies must not have either, all others must have one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function parsePrincipals(
  kind: DocumentKind,
  input: Json,
  where: string,
  problems: Problems,
): PrincipalElement | undefined {
  const negated = input.NotPrincipal !== undefined;
  const positive = input.Principal !== undefined;
  if (kind === "identity") {
    if (negated || positive) problems.push(`${where}: an identity policy has no Principal`);
    return undefined;
  }
  if (negated && kind === "trust") problems.push(`${where}: a trust policy has no NotPrincipal`);
  if (negated === positive) {
    problems.push(`${where} must have either Principal or NotPrincipal`);
    return undefined;
  }
  const name = negated ? "NotPrincipal" : "Principal";
  const value = input[name];
  const nobody = { negated, everyone: false, aws: [], service: [], federated: [], canonicalUser: [] };
  if (value === "*") return { ...nobody, everyone: true };
  if (!isRecord(value) || Object.keys(value).length === 0) {
    problems.push(`${where}.${name} must be "*" or an object such as {"AWS": "123456789012"}`);
    return undefined;
  }
  for (const type of Object.keys(value)) {
    if (!PRINCIPAL_TYPES.includes(type))
      problems.push(`${where}.${name} has a type AWS does not know: ${type}`);
  }
  const list = (type: string): string[] =>
    value[type] === undefined ? [] : textList(value[type], `${where}.${name}.${type}`, problems);
  const aws = list("AWS");
  for (const entry of aws) {
    if (!isAwsPrincipal(entry)) {
      problems.push(
        `${where}.${name}: "${entry}" is not a principal, which is * or one whole ARN or account ID`,
      );
    }
  }
  return {
    ...nobody,
    aws,
    service: list("Service"),
    federated: list("Federated"),
    canonicalUser: list("CanonicalUser"),
  };
}

function isAwsPrincipal(entry: string): boolean {
  if (entry === "*" || isAccountId(entry) || UNIQUE_ID.test(entry)) return true;
  const arn = parseArn(entry);
  if (arn === undefined || !isAccountId(arn.account)) return false;
  return (arn.service === "iam" || arn.service === "sts") && IDENTITY.test(arn.resource);
}

/** A `Condition` block as a list, in its written order. All conditions must hold. */
export function parseConditions(input: unknown, where: string, problems: Problems): Condition[] {
  if (input === undefined) return [];
  if (!isRecord(input)) {
    problems.push(`${where}.Condition must be an object of operators`);
    return [];
  }
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(input)) {
    if (!isRecord(keys)) {
      problems.push(`${where}.Condition.${operator} must be an object of condition keys`);
      continue;
    }
    for (const [key, value] of Object.entries(keys)) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      const values = list.filter((item) => isScalar(item)).map(String);
      if (values.length !== list.length) {
        problems.push(
          `${where}.Condition.${operator}.${key} must be a string, number, boolean or a list of those`,
        );
      }
      conditions.push({ operator, key, values });
    }
  }
  return conditions;
}

function isScalar(input: unknown): input is string | number | boolean {
  return typeof input === "string" || typeof input === "number" || typeof input === "boolean";
}
