/**
 * A stand-in for the provider of @pulumi/awsx, which cannot be had without the internet. It makes the two components of
 * the front door from the aws resources that awsx makes, by awsx's documentation, and no others. It is this project's
 * own: what deploys with it shows that the program, the mocks and the proofs fit together, and nothing about awsx.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type Inputs = Readonly<Record<string, unknown>>;

class ApplicationLoadBalancer extends pulumi.ComponentResource {
  readonly state: pulumi.Inputs;

  constructor(name: string, inputs: Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:lb:ApplicationLoadBalancer", name, {}, options);
    const { subnetIds, defaultTargetGroup, listeners, ...rest } = inputs;
    const loadBalancer = new aws.lb.LoadBalancer(
      name,
      { ...rest, subnets: list(subnetIds).map(text), loadBalancerType: "application" },
      { parent: this },
    );
    const group = new aws.lb.TargetGroup(
      name,
      { targetType: "ip", ...fields(defaultTargetGroup) },
      { parent: this },
    );
    // awsx names the group by targetGroupArn, which ends the lab's aws plugin.
    const forward = [{ type: "forward", forward: { targetGroups: [{ arn: group.arn }] } }];
    const made = list(listeners).map(
      (listener, n) =>
        new aws.lb.Listener(
          `${name}-${n}`,
          { defaultActions: forward, ...fields(listener), loadBalancerArn: loadBalancer.arn },
          { parent: this },
        ),
    );
    this.state = { loadBalancer, defaultTargetGroup: group, listeners: made, vpcId: group.vpcId };
    this.registerOutputs(this.state);
  }
}

class FargateService extends pulumi.ComponentResource {
  readonly state: pulumi.Inputs;

  constructor(name: string, inputs: Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecs:FargateService", name, {}, options);
    const { taskDefinitionArgs, continueBeforeSteadyState: ___, ...rest } = inputs;
    const { container, taskRole: _, executionRole, logGroup: __, ...task } = fields(taskDefinitionArgs);
    const { portMappings, ...containerRest } = fields(container);
    const holder = new pulumi.ComponentResource("awsx:ecs:FargateTaskDefinition", name, {}, { parent: this });
    const definitions = [
      { ...containerRest, portMappings: list(portMappings).map(bothPorts), name: "container" },
    ];
    const taskDefinition = new aws.ecs.TaskDefinition(
      name,
      {
        family: name,
        ...task,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        executionRoleArn: text(fields(executionRole).roleArn),
        containerDefinitions: JSON.stringify(definitions),
      },
      { parent: holder },
    );
    const service = new aws.ecs.Service(
      name,
      {
        ...rest,
        launchType: "FARGATE",
        // The emulator runs no task, so a service never gets steady there.
        waitForSteadyState: false,
        taskDefinition: taskDefinition.arn,
      },
      { parent: this },
    );
    this.state = { service, taskDefinition };
    this.registerOutputs(this.state);
  }
}

/** awsx writes both ports of a mapping. */
function bothPorts(mapping: unknown): Inputs {
  const { containerPort, hostPort, ...rest } = fields(mapping);
  return { ...rest, containerPort: containerPort ?? hostPort, hostPort: hostPort ?? containerPort };
}

function isFields(value: unknown): value is Inputs {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Inputs {
  if (!isFields(value)) throw new Error("an input of awsx's component is no map");
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("an input of awsx's component is no list");
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("an input of awsx's component is no text");
  return value;
}

/** The inputs without outputs in them. In an update all are known. */
function known(inputs: pulumi.Inputs): Promise<Inputs> {
  return new Promise((resolve) => {
    pulumi.output(inputs).apply((all: unknown) => resolve(fields(all)));
  });
}

await pulumi.provider.main(
  {
    version: "3.9.0",
    construct: async (name, type, inputs, options) => {
      const make = {
        "awsx:lb:ApplicationLoadBalancer": ApplicationLoadBalancer,
        "awsx:ecs:FargateService": FargateService,
      };
      const Component = Object.entries(make).find(([token]) => token === type)?.[1];
      if (Component === undefined) throw new Error(`the stand-in for awsx does not know ${type}`);
      const component = new Component(name, await known(inputs), options);
      return { urn: component.urn, state: component.state };
    },
  },
  process.argv.slice(2),
);
