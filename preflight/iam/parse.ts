/** Reads policy documents. A document that AWS would refuse is an error, so that it can never count as allowing. */

import { UserError } from "../errors/user-error.js";
import { isRecord } from "../resources/read.js";
import { type Json, type Problems, parseConditions, parsePrincipals, textList } from "./parse-elements.js";
import type {
  DocumentKind,
  NamedPolicy,
  PatternElement,
  PolicyDocument,
  PolicyVersion,
  Statement,
} from "./policy.js";

export type ParseResult =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly string[] };

const DOCUMENT_KEYS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_KEYS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
// A wildcard stands for all services or is part of the action's name, never part of the service's.
const ACTION = /^(\*|\*:\*|[A-Za-z0-9-]+:\S+)$/;

/** Parses JSON text or an object. Reports every problem at once, each with its position. */
export function parsePolicy(kind: DocumentKind, input: unknown): ParseResult {
  const problems: Problems = [];
  const document =
    typeof input === "string" ? parseText(kind, input, problems) : parseDocument(kind, input, problems);
  return document === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, document };
}

/**
 * A parsed policy with the label for verdicts. An `undefined` input is a policy that is not known yet.
 * @throws UserError if the policy is malformed
 */
export function namedPolicy(label: string, kind: DocumentKind, input: unknown): NamedPolicy {
  if (input === undefined) return { label, document: undefined };
  const result = parsePolicy(kind, input);
  if (!result.ok) throw new UserError(`${label} is not a policy AWS accepts: ${result.problems.join("; ")}`);
  return { label, document: result.document };
}

function parseText(kind: DocumentKind, text: string, problems: Problems): PolicyDocument | undefined {
  try {
    return parseDocument(kind, JSON.parse(text), problems);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problems.push(`the document is not JSON (${error.message})`);
    return undefined;
  }
}

function parseDocument(kind: DocumentKind, input: unknown, problems: Problems): PolicyDocument | undefined {
  if (!isRecord(input)) {
    problems.push("the document is not a JSON object");
    return undefined;
  }
  rejectOtherKeys(input, DOCUMENT_KEYS, "the document", problems);
  const version = parseVersion(input.Version, problems);
  const id = input.Id;
  if (id !== undefined && typeof id !== "string") problems.push("Id is not a string");
  const list = Array.isArray(input.Statement) ? input.Statement : [input.Statement];
  if (input.Statement === undefined || list.length === 0) problems.push("Statement is missing");
  const statements: Statement[] = [];
  for (const [index, item] of list.entries()) {
    if (item === undefined) continue;
    const statement = parseStatement(kind, item, index, problems);
    if (statement !== undefined) statements.push(statement);
  }
  if (isIam(kind)) rejectIamSids(statements, problems);
  return { kind, version, ...(typeof id === "string" ? { id } : {}), statements };
}

/** Whether IAM itself keeps the policy. Services with resource policies are laxer: KMS writes Sids with spaces. */
function isIam(kind: DocumentKind): boolean {
  return kind === "identity" || kind === "trust";
}

/**
 * In IAM a Sid has letters and digits only, and is unique in its policy. An empty one counts as none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 */
function rejectIamSids(statements: readonly Statement[], problems: Problems): void {
  const seen = new Set<string>();
  for (const { index, sid = "" } of statements) {
    if (!/^[A-Za-z0-9]*$/.test(sid))
      problems.push(`Statement[${index}].Sid "${sid}" has other characters than letters and digits`);
    if (sid !== "" && seen.has(sid)) problems.push(`Statement[${index}].Sid "${sid}" is there twice`);
    seen.add(sid);
  }
}

function parseVersion(input: unknown, problems: Problems): PolicyVersion {
  if (input === undefined || input === "2008-10-17") return "2008-10-17";
  if (input !== "2012-10-17") problems.push(`Version is ${JSON.stringify(input)}, use "2012-10-17"`);
  return "2012-10-17";
}

function parseStatement(
  kind: DocumentKind,
  input: unknown,
  index: number,
  problems: Problems,
): Statement | undefined {
  const where = `Statement[${index}]`;
  if (!isRecord(input)) {
    problems.push(`${where} is not a JSON object`);
    return undefined;
  }
  rejectOtherKeys(input, STATEMENT_KEYS, where, problems);
  const sid = input.Sid;
  if (sid !== undefined && typeof sid !== "string") problems.push(`${where}.Sid is not a string`);
  const effect = input.Effect;
  if (effect !== "Allow" && effect !== "Deny") problems.push(`${where}.Effect must be "Allow" or "Deny"`);
  const actions = parsePatterns(input, "Action", where, problems);
  for (const action of actions?.patterns ?? []) {
    if (!ACTION.test(action))
      problems.push(`${where}: "${action}" is not an action, write service:Name or *`);
  }
  const resources = parseResources(kind, input, where, problems);
  const principals = parsePrincipals(kind, input, where, problems);
  const conditions = parseConditions(input.Condition, where, problems);
  if (actions === undefined || (effect !== "Allow" && effect !== "Deny")) return undefined;
  return {
    index,
    ...(typeof sid === "string" ? { sid } : {}),
    effect,
    actions,
    ...(resources === undefined ? {} : { resources }),
    ...(principals === undefined ? {} : { principals }),
    conditions,
  };
}

function parseResources(
  kind: DocumentKind,
  input: Json,
  where: string,
  problems: Problems,
): PatternElement | undefined {
  if (kind === "trust") {
    if ("Resource" in input || "NotResource" in input)
      problems.push(`${where}: a trust policy has no Resource`);
    return undefined;
  }
  const resources = parsePatterns(input, "Resource", where, problems);
  for (const resource of resources?.patterns ?? []) {
    // API Gateway adds the ARN of the policy's API to the short form.
    const short = kind === "api-gateway" && resource.startsWith("execute-api:/");
    if (!short && !/^(\*|\$\{|arn:)/.test(resource)) {
      problems.push(`${where}: "${resource}" is not a resource, write an ARN or *`);
    }
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    if (/^arn:[^:]*:[^:]*[*?]/.test(resource))
      problems.push(`${where}: "${resource}" has a wildcard in its service, where AWS takes none`);
  }
  return resources;
}

/** Either the positive or the negated element of a pair, such as `Action` and `NotAction`: exactly one of the two. */
function parsePatterns(
  input: Json,
  name: string,
  where: string,
  problems: Problems,
): PatternElement | undefined {
  const negated = input[`Not${name}`] !== undefined;
  if (negated === (input[name] !== undefined)) {
    problems.push(`${where} must have either ${name} or Not${name}`);
    return undefined;
  }
  const element = negated ? `Not${name}` : name;
  const patterns = textList(input[element], `${where}.${element}`, problems);
  return { negated, patterns };
}

function rejectOtherKeys(input: Json, known: ReadonlySet<string>, where: string, problems: Problems): void {
  for (const key of Object.keys(input)) {
    if (!known.has(key)) problems.push(`${where} has an element AWS does not know: ${key}`);
  }
}
