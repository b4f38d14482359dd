import type * as pulumi from "@pulumi/pulumi";
import {
  denyWithoutTls,
  type PolicyDocument,
  policyDocument,
  type Statement,
} from "../base/policy-document.js";

/**
 * Policy of a topic that only one role may publish to, whatever identity-based policies allow.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function onlyPublisher(topicArn: string, roleArn: pulumi.Input<string>): PolicyDocument {
  const publish = { Action: "sns:Publish", Resource: topicArn } as const;
  return policyDocument(
    { ...publish, Sid: "AllowPublisher", Effect: "Allow", Principal: { AWS: roleArn } },
    {
      ...publish,
      Sid: "DenyOthers",
      Effect: "Deny",
      Principal: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn } },
    },
    overTls("sns:Publish", topicArn),
  );
}

/**
 * Lets services send or publish, each only on behalf of the named resources.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function onlyServices(
  action: "sqs:SendMessage" | "sns:Publish",
  resourceArn: string,
  sources: readonly { readonly service: string; readonly arns: readonly pulumi.Input<string>[] }[],
): PolicyDocument {
  return policyDocument(
    ...sources.map(
      ({ service, arns }): Statement => ({
        Sid: `Allow${service.charAt(0).toUpperCase()}${service.slice(1)}`,
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: action,
        Resource: resourceArn,
        Condition: { ArnEquals: { "aws:SourceArn": arns } },
      }),
    ),
    overTls(action, resourceArn),
  );
}

/** Policy of a queue or topic that only this account's roles send to; their own policies allow it. */
export function onlyOverTls(action: "sqs:*" | "sns:Publish", resourceArn: string): PolicyDocument {
  return policyDocument(overTls(action, resourceArn));
}

function overTls(action: string, resourceArn: string): Statement {
  return denyWithoutTls("DenyInsecureTransport", action, resourceArn);
}
