import type { Intent } from "@lambda-networking/preflight/intents";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { policyDocument } from "../base/policy-document.js";
import type { Undelivered } from "../events/failure-queues.js";
import { type PhysicalName, plannedArn, queueName } from "../events/names.js";
import { onlyServices } from "../events/policies.js";
import { createQueue, FOURTEEN_DAYS } from "../events/queue.js";
import type { Sender, Trigger } from "../events/triggers/trigger.js";
import type { FileSystemMount } from "../storage/file-system-mount.js";
import { configureAsyncInvocation, type FailureDestination, reportFailures } from "./async-invocation.js";
import type { CodeBucket } from "./code-bucket.js";
import { type FunctionNetwork, placementFor, urlOverrides } from "./function-network.js";
import { LambdaFunction } from "./lambda-function.js";
import type { ResourceUse } from "./uses.js";

export interface ApplicationFunctionArgs {
  /** The handler's module, relative to the project's folder; it exports `handler`: `handlers/orders/index.ts`. */
  readonly entry: string;
  /** @default the function's name */
  readonly description?: string;
  /** @default nodejs24.x */
  readonly runtime?: string;
  /** @default arm64 */
  readonly architecture?: string;
  /**
   * Memory in megabytes, 128 to 10,240.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Timeout in seconds, 1 to 900; an API waits 29 at most.
   * @default 10
   */
  readonly timeout?: number;
  /** @default 30 */
  readonly logRetentionInDays?: number;
  /** @default no limit but the account's */
  readonly reservedConcurrency?: number;
  /** @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Resources that the function uses: `[readItems(table), sendMessages(jobs.queue)]`. Its role has these permissions and
   * no other, and in a VPC its security group lets it reach these services and nothing else.
   * @default none
   */
  readonly uses?: readonly ResourceUse[];
  /**
   * What invokes the function, by a name of your choice: `{ daily: onSchedule("rate(1 day)") }`.
   * @default only an API, if one has a route to it, and callers of this account
   */
  readonly triggers?: Readonly<Record<string, Trigger>>;
  /**
   * Files in the function's file tree; they need a network.
   * @default none
   */
  readonly fileSystem?: FileSystemMount;
  /**
   * The VPC that the function runs in, with its ways out.
   * @default outside any VPC
   */
  readonly network?: FunctionNetwork;
  /**
   * Whether an API on the internet invokes it. Otherwise the preflight proves that nothing there does.
   * @default false
   */
  readonly isPublic?: boolean;
  /**
   * Functions of the stack that must not touch what this one uses.
   * @default none
   */
  readonly otherFunctions?: readonly LambdaFunction[];
  /** @default the code is part of the request that creates the function */
  readonly codeBucket?: CodeBucket;
  /** @default 2 */
  readonly versionsToKeep?: number;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * A function of an application: its handler, what it uses in AWS and what invokes it. The permissions, the network rules
 * and the intents that the preflight proves all follow from these. What its triggers cannot deliver, and what it fails on
 * after two retries, is kept in a queue for 14 days.
 *
 * Lambda, its logs and the queue are paid by use. In a VPC, what it uses needs an endpoint or NAT; the preflight names
 * the one that is missing.
 */
export class ApplicationFunction extends pulumi.ComponentResource {
  readonly lambda: LambdaFunction;
  /** Events that the function failed on or that never reached it; undefined if nothing invokes it asynchronously. */
  readonly failures: aws.sqs.Queue | undefined;

  constructor(
    readonly name: string,
    args: ApplicationFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:function:ApplicationFunction", name, {}, opts);
    const triggers = Object.entries(args.triggers ?? {});
    for (const [, trigger] of triggers) trigger.check?.(name, args.timeout ?? 10);
    const failures = this.createFailures(args, triggers);
    this.failures = failures?.undelivered;
    this.lambda = this.createFunction(args, failures);
    const created = triggers.map(([key, trigger]) =>
      trigger.create({
        name: `${name}-${key}`,
        function: this.lambda,
        failures: failures ?? noFailures(name),
        target: args.target,
        parent: this,
      }),
    );
    if (failures !== undefined) {
      configureAsyncInvocation(this.lambda, {
        retries: 2,
        maximumEventAgeInSeconds: 6 * 3600,
        onFailure: failures.destination,
      });
    }
    this.registerOutputs({
      functionName: this.lambda.function.name,
      intents: [...created.flatMap(({ intents }) => intents), ...this.forbidden(args)],
      planned: [...(failures?.planned ?? []), ...created.flatMap(({ planned }) => planned)],
    });
  }

  private createFunction(args: ApplicationFunctionArgs, failures: Failures | undefined): LambdaFunction {
    const { uses = [], network, target } = args;
    const services = uses.map(({ service }) => service);
    return new LambdaFunction(
      this.name,
      {
        description: args.description ?? this.name,
        entry: args.entry,
        runtime: args.runtime ?? "nodejs24.x",
        architecture: args.architecture ?? "arm64",
        memorySize: args.memorySize ?? 512,
        timeout: args.timeout ?? 10,
        logRetentionInDays: args.logRetentionInDays ?? 30,
        reservedConcurrency: args.reservedConcurrency,
        codeBucket: args.codeBucket,
        versionsToKeep: args.versionsToKeep,
        environment: args.environment ?? {},
        endpointUrlOverrides: network && urlOverrides(network, services),
        permissions: [
          ...Object.values(args.triggers ?? {}).flatMap(({ permissions }) => permissions),
          ...(failures === undefined
            ? []
            : reportFailures(failures.destination, { ...target, key: undefined })),
        ],
        uses: {},
        resources: uses,
        fileSystem: args.fileSystem,
        placement: network && placementFor(network, services),
        isPublic: args.isPublic,
        target,
      },
      { parent: this },
    );
  }

  /** Creates the queue of failures, unless Lambda reads all sources itself. */
  private createFailures(
    { data, target }: ApplicationFunctionArgs,
    triggers: readonly (readonly [string, Trigger])[],
  ): Failures | undefined {
    if (!triggers.some(([, { isAsynchronous }]) => isAsynchronous)) return undefined;
    const name = `${this.name}-failures`;
    const physicalName = queueName(name, target);
    const senders = triggers.flatMap(([key, trigger]) => trigger.senders(`${this.name}-${key}`, target));
    const policy = (arnFor: (sender: Sender) => pulumi.Input<string>) =>
      onlyServices("sqs:SendMessage", physicalName.arn, byService(senders, arnFor));
    const undelivered = createQueue(
      name,
      // A key of SQS, because the policy of a customer managed key would have to name each sender.
      { physicalName, policy: policy(({ arn }) => arn), data, key: undefined, parent: this },
      {
        messageRetentionSeconds: FOURTEEN_DAYS,
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }),
      },
    );
    return {
      undelivered,
      undeliveredName: name,
      destination: { service: "sqs", arn: physicalName.arn, resource: undelivered },
      planned: plannedQueue(
        undelivered,
        physicalName,
        policy((sender) => sender.plannedArn),
      ),
    };
  }

  /** Intents: nothing on the internet invokes the function or uses what it does, nor do the stack's other functions. */
  private forbidden({
    uses = [],
    network,
    isPublic = false,
    otherFunctions = [],
  }: ApplicationFunctionArgs): pulumi.Input<Intent>[] {
    const internet = { kind: "internet" } as const;
    const closed = {
      from: internet,
      to: { kind: "function", name: this.name },
      port: 443,
      must: "not-reach",
      reason: "nothing on the internet invokes it",
    } as const;
    // In a VPC the function's own component declares it.
    const own = isPublic || network !== undefined ? [] : [closed];
    return [
      ...own,
      ...uses.flatMap(({ resource, service }) =>
        [
          internet,
          ...(LEFT_OPEN.has(service) ? [] : otherFunctions).map(
            ({ name }) => ({ kind: "function", name }) as const,
          ),
        ].map((from) =>
          resource.urn.apply(
            (urn): Intent => ({
              from,
              to: { kind: "resource", name: urn },
              port: 443,
              must: "not-reach",
              reason: `only ${this.name} uses it`,
            }),
          ),
        ),
      ),
    ];
  }
}

/**
 * Services whose resources others of the account may use: the stack's own function reads its parameters, and a topic
 * without a policy of its own lets in whom AWS takes for its owner.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
const LEFT_OPEN: ReadonlySet<string> = new Set(["ssm", "sns"]);

interface Failures extends Undelivered {
  readonly destination: FailureDestination;
  readonly planned: ReturnType<typeof plannedQueue>;
}

function noFailures(name: string): Undelivered {
  return {
    undeliveredName: "",
    get undelivered(): aws.sqs.Queue {
      throw new Error(`function ${name} has no asynchronous trigger, so it has no queue of failures`);
    },
  };
}

function byService(senders: readonly Sender[], arnFor: (sender: Sender) => pulumi.Input<string>) {
  return [...new Set(senders.map(({ service }) => service))].map((service) => ({
    service,
    arns: senders.filter((sender) => sender.service === service).map(arnFor),
  }));
}

function plannedQueue(
  queue: aws.sqs.Queue,
  physicalName: PhysicalName,
  policy: ReturnType<typeof policyDocument>,
) {
  return [
    plannedArn(queue, physicalName),
    { resource: queue.urn, property: "policy", value: pulumi.jsonStringify(policy) },
  ];
}
