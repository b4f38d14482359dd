import { expect } from "chai";
import { executionStates } from "../../components/events/execution-states.js";
import { isRecord } from "../../preflight/resources/read.js";
import { UNKNOWN } from "../../preflight/resources/unknown.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import { statementsOf } from "../support/policies.js";
import { build, pick, propertyOf, type Resources, type Settings, textOf } from "../support/stacks.js";

const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
const PIPELINE = { logPipeline: {} };

/** The pipeline's resources in one stack. */
function partsOf(resources: Resources) {
  const permission = (name: string) => resources.one("lambda/permission:Permission", name);
  return {
    topic: resources.one("sns/topic:Topic", "log-topic"),
    topicPolicy: resources.one("sns/topicPolicy:TopicPolicy", "log-topic-policy"),
    subscription: resources.one("sns/topicSubscription:TopicSubscription", "log-topic-to-log-consumer"),
    rule: resources.one("cloudwatch/eventRule:EventRule", "log-schedule"),
    target: resources.one("cloudwatch/eventTarget:EventTarget", "log-schedule-to-log-producer"),
    undelivered: resources.one("sqs/queue:Queue", "log-failures-undelivered"),
    mayInvokeConsumer: permission("log-topic-to-log-consumer"),
    mayInvokeProducer: permission("log-schedule-to-log-producer"),
    functionOf: (name: string) => resources.one("lambda/function:Function", `${name}-function`),
    roleOf: (name: string) => resources.one("iam/role:Role", `${name}-role`),
    grantsOf: (name: string) =>
      statementsOf(resources.one("iam/rolePolicy:RolePolicy", `${name}-permissions`).inputs.policy),
    eventsOf: (name: string) =>
      resources.one("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", `${name}-events`),
  };
}

const variablesOf = (resource: RecordedResource) => propertyOf(resource, "environment.variables");

describe("createEventPipeline", () => {
  let resources: Resources;
  let parts: ReturnType<typeof partsOf>;
  before(async () => {
    resources = await build("dev", PIPELINE);
    parts = partsOf(resources);
  });

  it("creates nothing, and leaves its outputs empty, unless it is configured", async () => {
    const { all, outputs } = await build("dev");
    expect(all.filter(({ name }) => name.startsWith("log-"))).to.deep.equal([]);
    for (const name of Object.keys(outputs).filter((one) => one.startsWith("log"))) {
      expect(outputs[name], name).to.equal("");
    }
  });

  it("outputs what is deployed", () => {
    expect(resources.outputs).to.include({
      logProducerName: parts.functionOf("log-producer").properties.name,
      logConsumerName: parts.functionOf("log-consumer").properties.name,
      logTopicArn: arn("sns", "lambda-networking-dev-log-topic"),
      logNotificationTopicArn: "",
    });
    expect(resources.outputs.logDeadLetterQueueUrl).to.match(/-dev-log-dead-letters$/);
    expect(resources.outputs.logUndeliveredQueueUrl).to.match(/-dev-log-undelivered$/);
  });

  it("invokes the producer's alias on the schedule, and lets only that rule invoke it", () => {
    expect(parts.rule.inputs.scheduleExpression).to.equal("rate(5 minutes)");
    const alias = textOf(resources.one("lambda/alias:Alias", "log-producer-live"), "arn");
    expect(pick(parts.target, "rule", "arn", "retryPolicy.maximumEventAgeInSeconds")).to.deep.equal({
      rule: parts.rule.properties.name,
      arn: alias,
      "retryPolicy.maximumEventAgeInSeconds": 3600,
    });
    expect(pick(parts.mayInvokeProducer, "principal", "qualifier", "sourceArn")).to.deep.equal({
      principal: "events.amazonaws.com",
      qualifier: "live",
      sourceArn: parts.rule.properties.arn,
    });
  });

  it("delivers messages to the consumer's alias, and lets only that topic invoke it", () => {
    const alias = textOf(resources.one("lambda/alias:Alias", "log-consumer-live"), "arn");
    expect(pick(parts.subscription, "topic", "protocol", "endpoint")).to.deep.equal({
      topic: parts.topic.properties.arn,
      protocol: "lambda",
      endpoint: alias,
    });
    expect(pick(parts.mayInvokeConsumer, "principal", "qualifier", "sourceArn")).to.deep.equal({
      principal: "sns.amazonaws.com",
      qualifier: "live",
      sourceArn: parts.topic.properties.arn,
    });
  });

  it("creates the schedule after the message's destinations", () => {
    const alias = resources.one("lambda/alias:Alias", "log-producer-live");
    expect(parts.target.dependencies).to.include(alias.urn);
    expect(alias.dependencies).to.include(parts.subscription.urn);
    expect(parts.subscription.dependencies).to.include(parts.mayInvokeConsumer.urn);
  });

  it("sends undelivered events to a queue that admits only these senders for these sources", () => {
    const queueArn = parts.undelivered.properties.arn;
    expect(propertyOf(parts.target, "deadLetterConfig.arn")).to.equal(queueArn);
    expect(JSON.parse(textOf(parts.subscription, "redrivePolicy"))).to.deep.equal({
      deadLetterTargetArn: queueArn,
    });
    const admitted = statementsOf(parts.undelivered.inputs.policy).filter(({ effect }) => effect === "Allow");
    expect(admitted).to.deep.equal([
      {
        effect: "Allow",
        principal: { Service: "sns.amazonaws.com" },
        actions: ["sqs:SendMessage"],
        resources: [queueArn],
        condition: { ArnEquals: { "aws:SourceArn": [parts.topic.properties.arn] } },
      },
      {
        effect: "Allow",
        principal: { Service: "events.amazonaws.com" },
        actions: ["sqs:SendMessage"],
        resources: [queueArn],
        condition: { ArnEquals: { "aws:SourceArn": [parts.rule.properties.arn] } },
      },
    ]);
  });

  it("lets the producer's role publish to the topic, and denies every other role", () => {
    const roleArn = parts.roleOf("log-producer").properties.arn;
    const [allow, deny] = statementsOf(parts.topicPolicy.inputs.policy);
    const publish = { actions: ["sns:Publish"], resources: [parts.topic.properties.arn] };
    expect(allow).to.deep.equal({
      ...publish,
      effect: "Allow",
      principal: { AWS: roleArn },
      condition: undefined,
    });
    expect(deny).to.deep.equal({
      ...publish,
      effect: "Deny",
      principal: "*",
      condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn } },
    });
  });

  it("denies requests without TLS", () => {
    const policies = [
      ...resources.ofType("sqs/queue:Queue"),
      ...resources.ofType("sns/topicPolicy:TopicPolicy"),
    ].map(({ inputs }) => statementsOf(inputs.policy));
    expect(policies).to.have.length(3);
    for (const statements of policies) {
      expect(
        statements.filter(
          ({ effect, principal, condition }) =>
            effect === "Deny" &&
            principal === "*" &&
            JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
        ),
      ).to.have.length(1);
    }
  });

  it("grants each role its function's action, besides logs and traces, and nothing else", () => {
    const own = (name: string) =>
      parts
        .grantsOf(name)
        .filter(({ actions }) => !/^(logs|xray):/.test(actions[0] ?? ""))
        .map(({ effect, actions, resources: on }) => [effect, ...actions, ...on]);
    const deadLetters = arn("sqs", "lambda-networking-dev-log-dead-letters");
    expect(own("log-producer")).to.deep.equal([
      ["Allow", "sns:Publish", parts.topic.properties.arn],
      ["Allow", "sqs:SendMessage", deadLetters],
    ]);
    expect(own("log-consumer")).to.deep.equal([["Allow", "sqs:SendMessage", deadLetters]]);
  });

  it("retries failed events of both aliases for at most an hour, and keeps them for 14 days", async () => {
    const queue = resources.one("sqs/queue:Queue", "log-failures-dead-letters");
    for (const name of ["log-producer", "log-consumer"]) {
      const events = parts.eventsOf(name);
      expect(
        pick(events, "functionName", "qualifier", "maximumRetryAttempts", "maximumEventAgeInSeconds"),
      ).to.deep.equal({
        functionName: parts.functionOf(name).properties.name,
        qualifier: "live",
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 3600,
      });
      expect(propertyOf(events, "destinationConfig.onFailure.destination")).to.equal(queue.properties.arn);
    }
    for (const { inputs } of resources.ofType("sqs/queue:Queue")) {
      expect(inputs).to.include({ messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true });
      expect(JSON.parse(String(inputs.redriveAllowPolicy))).to.deep.equal({ redrivePermission: "denyAll" });
    }
  });

  it("passes the functions their settings", () => {
    expect(variablesOf(parts.functionOf("log-producer"))).to.deep.equal({
      TOPIC_ARN: parts.topic.properties.arn,
      MESSAGES_PER_RUN: "1",
    });
    expect(variablesOf(parts.functionOf("log-consumer"))).to.deep.equal({
      METRICS_NAMESPACE: "lambda-networking/dev",
      TOPIC_NAME: "lambda-networking-dev-log-topic",
    });
  });

  it("encrypts the topic with the account's key for SNS", () => {
    expect(parts.topic.inputs.kmsMasterKeyId).to.equal("alias/aws/sns");
  });

  it("uses the pipeline's own settings", async () => {
    const settings = {
      schedule: "cron(0 8 ? * MON-FRI *)",
      message: "hello",
      messagesPerRun: 7,
      retries: 0,
      maximumEventAgeInSeconds: 90,
    };
    const own = partsOf(await build("dev", { logPipeline: settings }));
    expect(own.rule.inputs.scheduleExpression).to.equal(settings.schedule);
    expect(variablesOf(own.functionOf("log-producer"))).to.include({
      MESSAGE_TEXT: "hello",
      MESSAGES_PER_RUN: "7",
    });
    expect(own.eventsOf("log-consumer").inputs).to.include({
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 90,
    });
    expect(propertyOf(own.target, "retryPolicy.maximumEventAgeInSeconds")).to.equal(90);
  });

  it("knows every policy but the topic's at the first preview", async () => {
    const preview = await build("dev", PIPELINE, { preview: true });
    for (const { inputs, name } of [
      ...preview.ofType("sqs/queue:Queue"),
      ...preview.ofType("iam/rolePolicy:RolePolicy"),
    ]) {
      expect(inputs.policy, name).to.be.a("string");
    }
    const topicPolicy = preview.one("sns/topicPolicy:TopicPolicy", "log-topic-policy");
    expect(propertyOf(topicPolicy, "policy")).to.equal(UNKNOWN);
  });
});

describe("FailureQueues with a topic for dead letters", () => {
  it("lets the functions' roles publish to the topic, and keeps the queue for undelivered events", async () => {
    const resources = await build("dev", { logPipeline: { deadLetter: "sns" } });
    const topic = resources.one("sns/topic:Topic", "log-failures-dead-letters");
    const { eventsOf, grantsOf } = partsOf(resources);
    for (const name of ["log-producer", "log-consumer"]) {
      expect(propertyOf(eventsOf(name), "destinationConfig.onFailure.destination")).to.equal(
        topic.properties.arn,
      );
      expect(grantsOf(name).flatMap(({ resources: on }) => on)).to.include(topic.properties.arn);
    }
    expect(resources.ofType("sqs/queue:Queue").map(({ name }) => name)).to.deep.equal([
      "log-failures-undelivered",
    ]);
    expect(resources.outputs.logDeadLetterQueueUrl).to.equal("");
    expect(resources.outputs.logUndeliveredQueueUrl).to.match(/-log-undelivered$/);
  });
});

describe("createEventPipeline in a VPC", () => {
  const inVpc = (more: Settings = {}) => build("prod", { ...PIPELINE, ...more });
  const rules = (resources: Resources, of: string) =>
    resources
      .ofType("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
      .filter(({ name }) => name.startsWith(`${of}-`));

  it("places both functions in the private subnets, each with its own security group", async () => {
    const { functionOf } = partsOf(await inVpc());
    const groups = ["log-producer", "log-consumer"].map((name) => {
      expect(propertyOf(functionOf(name), "vpcConfig.subnetIds")).to.have.length(2);
      return propertyOf(functionOf(name), "vpcConfig.securityGroupIds.0");
    });
    expect(new Set(groups).size).to.equal(2);
  });

  it("allows the consumer no egress", async () => {
    expect(rules(await inVpc(), "log-consumer")).to.deep.equal([]);
  });

  it("allows the producer egress through NAT if there is NAT and no endpoint", async () => {
    const resources = await inVpc({ vpc: { nat: "single" } });
    expect(rules(resources, "log-producer").map(({ inputs }) => inputs.cidrIpv4)).to.deep.equal([
      "0.0.0.0/0",
    ]);
    expect(resources.ofType("ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name)).not.to.include(
      "sns-endpoint",
    );
  });

  it("creates an endpoint, limited to this topic and producer, if there is neither NAT nor endpoint", async () => {
    const resources = await inVpc({ vpc: { nat: "none" } });
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "sns-endpoint");
    expect(endpoint.inputs).to.include({
      serviceName: "com.amazonaws.eu-west-1.sns",
      privateDnsEnabled: true,
    });
    expect(statementsOf(endpoint.inputs.policy)).to.deep.equal([
      {
        effect: "Allow",
        principal: "*",
        actions: ["sns:Publish"],
        resources: [arn("sns", "lambda-networking-prod-log-topic")],
        condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } },
      },
    ]);
    const group = resources.one("ec2/securityGroup:SecurityGroup", "sns-endpoint").id;
    const [rule, ...more] = rules(resources, "log-producer");
    expect(rule?.inputs.referencedSecurityGroupId).to.equal(group);
    expect(more).to.deep.equal([]);
    const callers = resources
      .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs.securityGroupId === group);
    expect(callers.map(({ name }) => name)).to.deep.equal(["sns-from-log-producer"]);
    expect(rules(resources, "fetcher").map(({ name }) => name)).not.to.include("fetcher-to-sns");
    expect(resources.outputs.interfaceEndpointIds).to.include(endpoint.id);
  });

  it("uses the configured endpoint, and passes its name to the producer if private DNS is off", async () => {
    const resources = await inVpc({ endpoints: { others: { sns: { privateDns: false } } } });
    const endpoints = resources.ofType("ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.filter(({ inputs }) => String(inputs.serviceName).endsWith(".sns"))).to.have.length(1);
    const told = variablesOf(partsOf(resources).functionOf("log-producer"));
    expect(isRecord(told) && told.AWS_ENDPOINT_URL_SNS).to.match(/^https:\/\/vpce-[^/]+$/);
    expect(resources.outputs.interfaceEndpointIds).to.have.length(3);
  });
});

describe("PipelineNotifications", () => {
  it("creates a rule and a separate topic, which admits only that rule", async () => {
    const settings = { pipelines: ["release"], states: ["FAILED"] };
    const resources = await build("dev", { logPipeline: { codePipelineNotifications: settings } });
    const rule = resources.one("cloudwatch/eventRule:EventRule", "log-notifications");
    expect(JSON.parse(textOf(rule, "eventPattern"))).to.deep.equal({
      source: ["aws.codepipeline"],
      "detail-type": ["CodePipeline Pipeline Execution State Change"],
      detail: { state: ["FAILED"], pipeline: ["release"] },
    });
    const topic = resources.one("sns/topic:Topic", "log-notifications");
    const [allow] = statementsOf(
      resources.one("sns/topicPolicy:TopicPolicy", "log-notifications-policy").inputs.policy,
    );
    expect(allow).to.deep.equal({
      effect: "Allow",
      principal: { Service: "events.amazonaws.com" },
      actions: ["sns:Publish"],
      resources: [topic.properties.arn],
      condition: { ArnEquals: { "aws:SourceArn": [rule.properties.arn] } },
    });
    const { undelivered } = partsOf(resources);
    expect(textOf(undelivered, "policy")).to.contain(String(rule.properties.arn));
    expect(resources.outputs.logNotificationTopicArn).to.equal(topic.properties.arn);
  });

  it("covers every pipeline if none is named", () => {
    expect(executionStates({ pipelines: [], states: ["FAILED"] }).detail).to.deep.equal({
      state: ["FAILED"],
    });
  });
});
