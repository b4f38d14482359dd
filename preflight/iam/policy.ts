/**
 * A policy document in one shape, whatever AWS lets people write: single values become lists, booleans and numbers in
 * conditions become text, and every statement knows its index.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

export type PolicyVersion = "2008-10-17" | "2012-10-17";
export type Effect = "Allow" | "Deny";

/**
 * What a document is used as, which decides the elements it must and must not have. Identity policies, permissions
 * boundaries, session policies and service control policies are `identity`; `resource` is any resource policy
 * without rules of its own, also a resource control policy.
 */
export type DocumentKind = "identity" | "resource" | "key" | "trust" | "api-gateway" | "endpoint";

/** `Action`/`NotAction` or `Resource`/`NotResource`; `negated` for the Not form. */
export interface PatternElement {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** `Principal` or `NotPrincipal`; `everyone` for `"*"`, while `{"AWS": "*"}` is an entry of `aws`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly service: readonly string[];
  readonly federated: readonly string[];
  readonly canonicalUser: readonly string[];
}

/** One line of a `Condition` block: operator (with qualifier and suffix), key and the values, any of which will do. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  /** Position in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: Effect;
  readonly actions: PatternElement;
  /** Absent in trust policies only, which are about the role they belong to. */
  readonly resources?: PatternElement;
  /** Absent in identity policies only. */
  readonly principals?: PrincipalElement;
  readonly conditions: readonly Condition[];
}

export interface PolicyDocument {
  readonly kind: DocumentKind;
  /** 2008-10-17 when the document names none, as AWS assumes; it has no policy variables. */
  readonly version: PolicyVersion;
  readonly id?: string;
  readonly statements: readonly Statement[];
}

/** A document with the name the verdicts call it by, such as `role fetcher, policy read-parameters`. */
export interface NamedPolicy {
  readonly label: string;
  /** `undefined`: there is a policy and what it says is not known yet. */
  readonly document: PolicyDocument | undefined;
}
