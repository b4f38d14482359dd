import { INTEGRATION_TIMEOUT } from "@lambda-networking/preflight/aws";
import { z } from "zod";
import { releaseShape } from "./releases.js";
import { choice, flag, reservedConcurrency, retentionInDays, whole } from "./shared.js";

const INVOKER = "Name it with small letters, digits and hyphens, such as partner.";
const PRINCIPAL =
  'Write an account\'s 12 digits as a text, such as "111122223333", or a service such as s3.amazonaws.com.';
const SOURCE_ARN =
  "Write the ARN of the resource that the service calls for, such as arn:aws:s3:::a-bucket; a * is allowed only after the resource's type.";
const invoker = z.strictObject({
  principal: z
    .string({ error: PRINCIPAL })
    .regex(/^(\d{12}|[a-z0-9][a-z0-9.-]*\.amazonaws\.com(\.cn)?)$/, { error: PRINCIPAL })
    .describe("An account, whose own policies then decide which of its roles may invoke, or an AWS service."),
  sourceAccount: z
    .string({ error: "Write an account's 12 digits as a text." })
    .regex(/^\d{12}$/, { error: "Write an account's 12 digits as a text." })
    .optional()
    .describe("For a service: the account of the resource that it calls for. Required."),
  sourceArn: z
    .string({ error: SOURCE_ARN })
    .regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[^\s*?]+[^\s?]*$/, { error: SOURCE_ARN })
    .optional()
    .describe("For a service: the ARN of the resource that it calls for. Required."),
});

export const functionSchema = z.strictObject({
  runtime: choice(["nodejs22.x", "nodejs24.x"])
    .default("nodejs24.x")
    .describe("The Lambda runtime. The bundle is made for it."),
  architecture: choice(["arm64", "x86_64"]).default("arm64").meta({
    description: "The processor.",
    cost: "$0.0000133 a GB-second for arm64, $0.0000167 for x86_64.",
  }),
  memorySize: whole(128, 10_240, "megabytes", "Lambda's range")
    .default(512)
    .describe("In megabytes. The processor share and the price grow with it."),
  timeout: whole(1, INTEGRATION_TIMEOUT, "seconds", "API Gateway waits no longer for the function's answer")
    .default(10)
    .describe("In seconds. API Gateway waits no longer than 29 seconds; then the caller gets 504."),
  logRetentionInDays: retentionInDays.default(30).meta({
    description: "How many days the function's logs and the API's access logs are kept.",
    cost: "$0.50/GB, then $0.03/GB-month.",
  }),
  reservedConcurrency: reservedConcurrency.optional().meta({
    description:
      "How many environments may run at once. They are kept free for this function out of the account's. With 0 the function never runs, so the proofs of what must reach it fail.",
    cost: "Free.",
  }),
  internetAccess: flag.default(false).meta({
    description:
      "Whether the function in the VPC may connect to any address on port 443, such as another company's API. It leaves by vpc.nat and, with vpc.ipv6, over IPv6. With vpc.ipv6 and without NAT it reaches only what has an IPv6 address. With networking: public every function has the internet, so the key has no effect there.",
    cost: "Free; what it needs is not: vpc.nat, and $0.09/GB out to the internet.",
  }),
  invokers: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: INVOKER })
        .meta({ title: "INVOKER" }),
      invoker,
    )
    .default({})
    .meta({
      description:
        "Other accounts and AWS services that may invoke the function's alias, by a name of your own (docs/callers.md).",
      cost: "Free.",
    }),
  ...releaseShape,
});
