/** Helpers for short policies and requests in tests. */
import {
  authorize,
  type ContextInput,
  type Decision,
  type DocumentKind,
  type NamedPolicy,
  namedPolicy,
  type Policies,
  type Principal,
  type Request,
} from "../../../preflight/iam/index.js";

export const ACCOUNT = "111122223333";
export const OTHER = "444455556666";
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/service/fetcher`;
export const SESSION_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/fetcher/messages`;
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/team/bob`;
export const PARAMETER = `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/app/prod`;
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd`;

export const role: Principal = { kind: "role", arn: ROLE_ARN, session: "messages" };
export const user: Principal = { kind: "user", arn: USER_ARN };

export function policy(
  kind: DocumentKind,
  statements: object | readonly object[],
  label: string = kind,
  version = "2012-10-17",
): NamedPolicy {
  return namedPolicy(label, kind, { Version: version, Statement: statements });
}

export function allow(
  action: string | string[],
  resource: string | string[] = "*",
  more: object = {},
): object {
  return { Effect: "Allow", Action: action, Resource: resource, ...more };
}

export function deny(
  action: string | string[],
  resource: string | string[] = "*",
  more: object = {},
): object {
  return { Effect: "Deny", Action: action, Resource: resource, ...more };
}

/** The decision alone. By default the request is the role's read of the parameter. */
export function ask(policies: Policies, request: Partial<Request> = {}): string {
  return authorizeRead(policies, request).decision;
}

export function authorizeRead(policies: Policies, request: Partial<Request> = {}): Decision {
  return authorize(
    { principal: role, action: "ssm:GetParametersByPath", resource: PARAMETER, ...request },
    policies,
  );
}

export type Keys = Readonly<Record<string, ContextInput>>;
