/**
 * A policy document in normal form: single values are lists, booleans and numbers in conditions are text, and every
 * statement has its index.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

export type PolicyVersion = "2008-10-17" | "2012-10-17";
export type Effect = "Allow" | "Deny";

/**
 * Use of a document, which decides the elements that it must and must not have. Identity policies, permissions
 * boundaries, session policies and service control policies are `identity`. `resource` is any resource policy without
 * special rules, including a resource control policy.
 */
export type DocumentKind = "identity" | "resource" | "key" | "trust" | "api-gateway" | "endpoint";

/** `Action`/`NotAction` or `Resource`/`NotResource`; `negated` is true for the Not form. */
export interface PatternElement {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** `Principal` or `NotPrincipal`. `everyone` is true for `"*"`; `{"AWS": "*"}` is an entry of `aws`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly service: readonly string[];
  readonly federated: readonly string[];
  readonly canonicalUser: readonly string[];
}

/**
 * One line of a `Condition` block: operator (with qualifier and suffix), key and values. One matching value is enough.
 */
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
  /** Absent only in trust policies, which concern the role that they belong to. */
  readonly resources?: PatternElement;
  /** Absent only in identity policies. */
  readonly principals?: PrincipalElement;
  readonly conditions: readonly Condition[];
}

export interface PolicyDocument {
  readonly kind: DocumentKind;
  /** 2008-10-17 if the document names none, as in AWS. That version has no policy variables. */
  readonly version: PolicyVersion;
  readonly id?: string;
  readonly statements: readonly Statement[];
}

/** A document with its label for verdicts, such as `role fetcher, policy read-parameters`. */
export interface NamedPolicy {
  readonly label: string;
  /** `undefined`: the policy exists, but its content is not known yet. */
  readonly document: PolicyDocument | undefined;
  /** Why the policy may not be there, so that its statements may or may not apply. */
  readonly doubt?: string;
}
