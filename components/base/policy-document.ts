import type * as pulumi from "@pulumi/pulumi";

/**
 * A statement of an IAM policy, with the elements that this project uses.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?:
    | "*"
    | { readonly AWS?: pulumi.Input<string> | readonly pulumi.Input<string>[]; readonly Service?: string };
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
  >;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export function policyDocument(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Denies every request without TLS. */
export function denyWithoutTls(
  Sid: string,
  Action: string,
  Resource: pulumi.Input<string> | readonly string[],
): Statement {
  return {
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Lets a service assume a role, on behalf of this account's resources only.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function trustService(service: string, accountId?: string): string {
  return JSON.stringify(
    policyDocument({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(accountId !== undefined && { Condition: { StringEquals: { "aws:SourceAccount": accountId } } }),
    }),
  );
}
