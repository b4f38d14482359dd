import type { Intent, Place } from "@lambda-networking/preflight/intents";

interface TopicIntentArgs {
  /** The topic's logical name. */
  readonly name: string;
  readonly physicalName: { readonly arn: string };
  readonly consumer: { readonly name: string };
  readonly otherFunctions: readonly { readonly name: string }[];
}

/**
 * Intents of a topic: SNS delivers messages to the consumer, and only the producer may publish. The producer's own
 * intents prove that it can publish.
 */
export function topicIntents({ name, physicalName, consumer, otherFunctions }: TopicIntentArgs): Intent[] {
  const publish = {
    kind: "service",
    service: "sns",
    action: "sns:Publish",
    resource: physicalName.arn,
  } as const;
  const strangers: readonly Place[] = [
    { kind: "internet" },
    ...[consumer, ...otherFunctions].map(({ name }) => ({ kind: "function", name }) as const),
  ];
  return [
    invocation(name, consumer.name, "SNS hands it the messages"),
    ...strangers.map(
      (from): Intent => ({
        from,
        to: publish,
        port: 443,
        must: "not-reach",
        reason: "only the producer publishes to the topic",
      }),
    ),
  ];
}

/** Intents of senders, each as in {@link failureIntent}. */
export function failureIntents(senders: readonly string[], queue: string): Intent[] {
  return senders.map((name) => failureIntent(name, queue));
}

/** Intent of a sender: what it cannot deliver to a function is kept in a queue. Both by logical name or URN. */
export function failureIntent(sender: string, queue: string): Intent {
  return {
    from: { kind: "resource", name: sender },
    to: { kind: "resource", name: queue },
    port: 443,
    must: "reach",
    reason: "what it cannot deliver is kept",
  };
}

/** Intent that a resource, by its logical name or URN, can invoke a function. */
export function invocation(name: string, functionName: string, reason: string): Intent {
  return {
    from: { kind: "resource", name },
    to: { kind: "function", name: functionName },
    port: 443,
    must: "reach",
    reason,
  };
}
