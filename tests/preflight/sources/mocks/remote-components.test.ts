import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import { expect } from "chai";
import { record } from "../../../support/components.js";

/** A load balancer and a service of awsx's in a VPC, and a record that the load balancer's outputs go into. */
function program(): void {
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
  const subnet = new aws.ec2.Subnet("a", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  const group = new aws.ec2.SecurityGroup("tasks", { vpcId: vpc.id });
  const balancer = new awsx.lb.ApplicationLoadBalancer("door", {
    internal: true,
    subnetIds: [subnet.id],
    securityGroups: [group.id],
    defaultTargetGroup: { port: 8080, protocol: "HTTP" },
    listeners: [
      { port: 443, certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/x" },
      { port: 80 },
    ],
  });
  new aws.route53.Record("name", {
    zoneId: "Z1",
    name: "api.example.com",
    type: "CNAME",
    ttl: 60,
    records: [balancer.loadBalancer.dnsName],
  });
  const service = new awsx.ecs.FargateService("proxy", {
    cluster: "arn:aws:ecs:eu-west-1:111122223333:cluster/c",
    desiredCount: 2,
    networkConfiguration: { subnets: [subnet.id], securityGroups: [group.id] },
    loadBalancers: [
      { targetGroupArn: balancer.defaultTargetGroup.arn, containerName: "nginx", containerPort: 8080 },
    ],
    taskDefinitionArgs: {
      logGroup: { skip: true },
      taskRole: { skip: true },
      executionRole: { roleArn: "arn:aws:iam::111122223333:role/x" },
      container: {
        name: "nginx",
        image: "nginx",
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: "GROUP", value: group.id }],
      },
    },
  });
  new aws.ssm.Parameter("service", { type: "String", value: service.service.name });
}

describe("the mocks, for a remote component", () => {
  it("register what awsx's components are made of, with awsx's names and parents", async () => {
    const made = await record(program);
    const below = made.all.filter(({ parent }) => parent?.includes("::awsx:") || parent?.includes("$awsx:"));
    expect(below.map(({ type, name, parent }) => [type, name, parent?.split("::")[2]])).to.deep.equal([
      ["aws:lb/loadBalancer:LoadBalancer", "door", "awsx:lb:ApplicationLoadBalancer"],
      ["aws:lb/targetGroup:TargetGroup", "door", "awsx:lb:ApplicationLoadBalancer"],
      ["aws:lb/listener:Listener", "door-0", "awsx:lb:ApplicationLoadBalancer"],
      ["aws:lb/listener:Listener", "door-1", "awsx:lb:ApplicationLoadBalancer"],
      ["awsx:ecs:FargateTaskDefinition", "proxy", "awsx:ecs:FargateService"],
      [
        "aws:ecs/taskDefinition:TaskDefinition",
        "proxy",
        "awsx:ecs:FargateService$awsx:ecs:FargateTaskDefinition",
      ],
      ["aws:ecs/service:Service", "proxy", "awsx:ecs:FargateService"],
    ]);
  });

  it("let the program and the parts use each other's outputs", async () => {
    const made = await record(program);
    const one = (type: string, name: string) => made.one(type, name).properties;
    const balancer = one("lb/loadBalancer:LoadBalancer", "door");
    const group = one("lb/targetGroup:TargetGroup", "door");
    expect(balancer).to.include({ internal: true, loadBalancerType: "application" });
    expect(one("route53/record:Record", "name").records).to.deep.equal([balancer.dnsName]);
    expect(group).to.include({ port: 8080, protocol: "HTTP", targetType: "ip" });
    expect(group.vpcId).to.match(/^vpc-/);
    expect(one("lb/listener:Listener", "door-0")).to.deep.include({
      port: 443,
      protocol: "HTTPS",
      loadBalancerArn: balancer.arn,
      defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
    });
    const service = one("ecs/service:Service", "proxy");
    const task = one("ecs/taskDefinition:TaskDefinition", "proxy");
    expect(service).to.deep.include({ launchType: "FARGATE", desiredCount: 2, taskDefinition: task.arn });
    expect(one("ssm/parameter:Parameter", "service").value).to.equal(service.name);
    expect(JSON.parse(String(task.containerDefinitions))).to.deep.equal([
      {
        image: "nginx",
        environment: [{ name: "GROUP", value: made.one("ec2/securityGroup:SecurityGroup", "tasks").id }],
        portMappings: [{ containerPort: 8080, hostPort: 8080 }],
        name: "nginx",
      },
    ]);
  });

  it("know at a preview what the unknown values of the parts come from", async () => {
    const made = await record(program, { preview: true });
    const of = (type: string, name: string) => made.one(type, name);
    const task = of("ecs/taskDefinition:TaskDefinition", "proxy");
    expect(task.properties.containerDefinitions).to.be.a("symbol");
    const service = of("ecs/service:Service", "proxy");
    expect(service.propertyDependencies?.taskDefinition).to.deep.equal([task.urn]);
    expect(service.propertyDependencies?.networkConfiguration).to.include(of("ec2/subnet:Subnet", "a").urn);
    expect(service.propertyDependencies?.loadBalancers).to.include(
      of("lb/targetGroup:TargetGroup", "door").urn,
    );
    expect(of("route53/record:Record", "name").propertyDependencies?.records).to.include(
      of("lb/loadBalancer:LoadBalancer", "door").urn,
    );
  });

  it("refuse inputs with which awsx makes or asks for more than they know", async () => {
    const failure = await record(() => new awsx.lb.ApplicationLoadBalancer("door", {})).catch(String);
    expect(failure).to.contain("subnetIds");
    const tasks = await record(
      () =>
        new awsx.ecs.FargateService("proxy", {
          networkConfiguration: { subnets: ["subnet-1"] },
          taskDefinitionArgs: { container: { name: "nginx", image: "nginx" } },
        }),
    ).catch(String);
    expect(tasks).to.contain("logGroup");
  });
});
