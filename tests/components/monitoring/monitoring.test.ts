import { expect } from "chai";
import { functionAlarms } from "../../../components/monitoring/alarm-plan.js";
import { Monitoring, type MonitoringArgs } from "../../../components/monitoring/monitoring.js";
import { record, TARGET } from "../../support/components.js";

const ARGS: MonitoringArgs = {
  alarms: true,
  emails: ["ops@example.com"],
  dashboard: true,
  queries: true,
  functions: [
    {
      name: "fetcher",
      functionName: "fetcher-1",
      logGroupName: "/logs/fetcher",
      timeout: 10,
      eventSource: "api",
    },
    {
      name: "consumer",
      functionName: "consumer-1",
      logGroupName: "/logs/consumer",
      timeout: 30,
      eventSource: "asynchronous",
      maximumEventAge: 3600,
    },
  ],
  api: { name: "api", apiName: "api-1", stageName: "v1", logGroupName: "/logs/api" },
  deadLetterQueues: [{ name: "log-failures", queueName: "queue-1" }],
  loadBalancers: [
    {
      name: "door",
      loadBalancer: "app/door/1",
      targetGroups: [{ name: "door-endpoint", targetGroup: "targetgroup/door/2" }],
    },
  ],
  natGateways: [{ name: "nat-a", natGatewayId: "nat-0123" }],
  natInstances: [{ name: "nat-instance-a", groupName: "group-1", instanceType: "t4g.nano" }],
  target: TARGET,
};

const ALARM = "cloudwatch/metricAlarm:MetricAlarm";

async function watch(change: Partial<MonitoringArgs> = {}) {
  return record(() => new Monitoring("watching", { ...ARGS, ...change }));
}

describe("Monitoring", () => {
  it("creates an alarm for each kind of failure, all notifying one topic", async () => {
    const resources = await watch();
    const alarms = resources.ofType(ALARM);
    expect(alarms.map(({ name }) => name)).to.have.members([
      "watching-fetcher-errors",
      "watching-fetcher-throttles",
      "watching-fetcher-duration",
      "watching-consumer-errors",
      "watching-consumer-throttles",
      "watching-consumer-duration",
      "watching-consumer-event-age",
      "watching-api-5xx",
      "watching-log-failures-depth",
      "watching-door-5xx",
      "watching-door-endpoint-unhealthy",
      "watching-nat-a-ports",
      "watching-nat-instance-a-status",
      "watching-nat-instance-a-in-service",
      "watching-nat-instance-a-bandwidth",
      "watching-nat-instance-a-credits",
    ]);
    const [topic] = resources.ofType("sns/topic:Topic");
    for (const { inputs, name } of alarms) {
      expect(inputs.alarmActions, name).to.deep.equal([topic?.properties.arn]);
      expect(inputs.treatMissingData, name).to.equal("notBreaching");
    }
  });

  it("sets each alarm's dimensions to the given resource", async () => {
    const resources = await watch();
    const dimensions = new Map(resources.ofType(ALARM).map(({ name, inputs }) => [name, inputs.dimensions]));
    expect(dimensions.get("watching-fetcher-errors")).to.deep.equal({ FunctionName: "fetcher-1" });
    expect(dimensions.get("watching-api-5xx")).to.deep.equal({ ApiName: "api-1", Stage: "v1" });
    expect(dimensions.get("watching-log-failures-depth")).to.deep.equal({ QueueName: "queue-1" });
    expect(dimensions.get("watching-door-5xx")).to.deep.equal({ LoadBalancer: "app/door/1" });
    expect(dimensions.get("watching-door-endpoint-unhealthy")).to.deep.equal({
      TargetGroup: "targetgroup/door/2",
      LoadBalancer: "app/door/1",
    });
    expect(dimensions.get("watching-nat-a-ports")).to.deep.equal({ NatGatewayId: "nat-0123" });
  });

  it("alarms if a NAT instance's group has nothing in service, or sends more than its type sustains", async () => {
    const resources = await watch();
    const inputsOf = (name: string) => resources.one(ALARM, `watching-nat-instance-a-${name}`).inputs;
    expect(inputsOf("in-service")).to.deep.include({
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      namespace: "AWS/AutoScaling",
      dimensions: { AutoScalingGroupName: "group-1" },
    });
    // 32 Mbit/s for 300 seconds, in bytes.
    expect(inputsOf("bandwidth")).to.include({ threshold: 1_200_000_000, statistic: "Sum", period: 300 });
  });

  it("alarms if no target of a load balancer was healthy for five minutes, not if some were not", async () => {
    const resources = await watch();
    expect(resources.one(ALARM, "watching-door-endpoint-unhealthy").inputs).to.include({
      metricName: "HealthyHostCount",
      statistic: "Maximum",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period: 300,
    });
  });

  it("alarms at 80 % of a function's timeout, in milliseconds", () => {
    const plan = functionAlarms({ name: "f", functionName: "f", timeout: 10, eventSource: "api" });
    expect(plan.find(({ name }) => name === "f-duration")).to.include({ threshold: 8000, statistic: "p99" });
  });

  it("plans an alarm on iterator age for a stream only", () => {
    const names = (eventSource: "api" | "asynchronous" | "stream") =>
      functionAlarms({ name: "f", functionName: "f", timeout: 10, eventSource }).map(({ name }) => name);
    expect(names("stream")).to.include("f-iterator-age");
    expect([...names("api"), ...names("asynchronous")]).not.to.include("f-iterator-age");
  });

  it("lets only this account's CloudWatch alarms publish to the topic, over TLS", async () => {
    const resources = await watch();
    const [policy] = resources.ofType("sns/topicPolicy:TopicPolicy");
    const { Statement } = JSON.parse(String(policy?.inputs.policy));
    expect(Statement).to.deep.include.members([
      {
        Sid: "AllowAlarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: "arn:aws:sns:eu-west-1:111122223333:lambda-networking-test-alarms",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*" },
        },
      },
    ]);
    expect(Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow")).to.have.length(1);
  });

  it("draws a dashboard with every alarm and a graph of each resource, without overlap", async () => {
    const resources = await watch();
    const [dashboard] = resources.ofType("cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(dashboard?.inputs.dashboardBody));
    const alarms = resources.ofType(ALARM).map(({ properties }) => properties.arn);
    expect(widgets[0].properties.alarms).to.have.members(alarms);
    const cells = widgets.flatMap(
      ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
        Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    const text = JSON.stringify(widgets);
    for (const name of ["fetcher-1", "consumer-1", "api-1", "queue-1", "nat-0123", "group-1", "app/door/1"])
      expect(text).to.contain(name);
  });

  it("saves queries for each log group that is given", async () => {
    const resources = await watch({ api: { name: "api", apiName: "api-1", stageName: "v1" } });
    const groups = resources
      .ofType("cloudwatch/queryDefinition:QueryDefinition")
      .map(({ inputs }) => inputs.logGroupNames);
    expect(new Set(groups.flat())).to.deep.equal(new Set(["/logs/fetcher", "/logs/consumer"]));
  });

  it("creates neither alarms nor topic nor queries if they are off", async () => {
    const resources = await watch({ alarms: false, queries: false });
    expect(resources.ofType(ALARM)).to.deep.equal([]);
    expect(resources.ofType("sns/topic:Topic")).to.deep.equal([]);
    const [dashboard] = resources.ofType("cloudwatch/dashboard:Dashboard");
    expect(JSON.parse(String(dashboard?.inputs.dashboardBody)).widgets[0].type).to.equal("metric");
  });
});
