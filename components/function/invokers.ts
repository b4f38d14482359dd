import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Another account or an AWS service that may invoke a function's alias.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export interface Invoker {
  /** An account's id, whose own policies then decide which of its roles may invoke, or a service: `s3.amazonaws.com`. */
  readonly principal: string;
  /** For a service: the account of the resource that it calls for. */
  readonly sourceAccount?: string;
  /** For a service: the ARN of the resource that it calls for. */
  readonly sourceArn?: string;
}

/** Invokers by name. */
export type Invokers = Readonly<Record<string, Invoker>>;

/**
 * Lets the invokers, and nobody else, invoke a function's alias.
 * @param name the function's logical name
 */
export function allowInvokers(
  name: string,
  invokers: Invokers,
  alias: aws.lambda.Alias,
  parent: pulumi.Resource,
): readonly aws.lambda.Permission[] {
  return Object.entries(invokers).map(
    ([invoker, { principal, sourceAccount, sourceArn }]) =>
      new aws.lambda.Permission(
        `${name}-invoker-${invoker}`,
        {
          action: "lambda:InvokeFunction",
          principal,
          function: alias.functionName,
          qualifier: alias.name,
          sourceAccount,
          sourceArn,
        },
        { parent },
      ),
  );
}

/** Intents of the invokers: each reaches the function, and no other account and no other resource of the services. */
export function invokerIntents(name: string, invokers: Invokers): Intent[] {
  const all = Object.entries(invokers);
  if (all.length === 0) return [];
  const to = { kind: "function", name } as const;
  const at = { to, port: 443 } as const;
  const accounts = all
    .map(([, { principal }]) => principal)
    .filter((principal) => /^\d{12}$/.test(principal));
  return [
    ...all.flatMap(([invoker, own]): Intent[] => {
      const from = { kind: "invoker", ...own } as const;
      const named: Intent = { ...at, from, must: "reach", reason: `${invoker} is among its invokers` };
      if (own.sourceArn === undefined) return [named];
      const others = { ...from, sourceAccount: "other" };
      const reason = "the service may invoke it for the named account only";
      return [named, { ...at, from: others, must: "not-reach", reason, fix: FIX }];
    }),
    {
      ...at,
      from: { kind: "invoker", principal: "other", exceptAccounts: accounts },
      must: "not-reach",
      reason: "only the named accounts may invoke it",
      fix: FIX,
    },
  ];
}

const FIX = "Name those who may invoke it in function.invokers, remove the other permission, and deploy.";
