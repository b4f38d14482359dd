import { isRecord } from "../../preflight/resources/read.js";

/** A statement of a policy, with lists for elements that may be one text or several. */
export interface PolicyStatement {
  readonly effect: unknown;
  readonly principal: unknown;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
}

/** The statements of a policy document that is JSON text. */
export function statementsOf(policy: unknown): PolicyStatement[] {
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
  if (!isRecord(document) || document.Version !== "2012-10-17" || !Array.isArray(document.Statement)) {
    throw new Error(`not a policy document: ${String(policy)}`);
  }
  return document.Statement.map((statement: unknown) => {
    if (!isRecord(statement)) throw new Error(`not a statement: ${String(statement)}`);
    return {
      effect: statement.Effect,
      principal: statement.Principal,
      actions: texts(statement.Action),
      resources: texts(statement.Resource),
      condition: statement.Condition,
    };
  });
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined).map(String);
}
