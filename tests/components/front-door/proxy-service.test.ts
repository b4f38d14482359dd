import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { nginxConfiguration } from "../../../components/front-door/proxy/nginx-configuration.js";
import { createProxyLoadBalancer } from "../../../components/front-door/proxy/proxy-load-balancer.js";
import { ProxyService } from "../../../components/front-door/proxy/proxy-service.js";
import { InterfaceEndpoint } from "../../../components/network/endpoints/interface-endpoint.js";
import { Vpc } from "../../../components/network/vpc/vpc.js";
import { isRecord } from "../../../preflight/resources/read.js";
import { record, TARGET } from "../../support/components.js";

const DIGEST = `sha256:${"0".repeat(64)}`;
const OWN_IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/nginx@${DIGEST}`;
const ZONES = ["eu-west-1a", "eu-west-1b"];

const ROUTES = [
  { path: "/", host: "a.execute-api.eu-west-1.amazonaws.com", stage: "v1", stripPrefix: false },
];

const configurationFor = (address: string, { privateSubnets }: Vpc) => ({
  routes: ROUTES,
  text: nginxConfiguration({
    routes: ROUTES,
    upstream: { address },
    loadBalancerBlocks: privateSubnets.map(({ cidrBlock }) => cidrBlock),
  }),
});

const stackWith = (image = OWN_IMAGE) =>
  record(() => {
    const vpc = new Vpc("vpc", {
      cidrBlock: "10.0.0.0/16",
      availabilityZones: ZONES,
      azSlots: 8,
      nat: "none",
      ipv6: false,
      isolated: false,
    });
    const endpoint = new InterfaceEndpoint("execute-api", {
      service: "execute-api",
      vpcId: vpc.vpcId,
      subnets: vpc.privateSubnets,
      allowFrom: [],
    });
    const securityGroup = new aws.ec2.SecurityGroup("door", { vpcId: vpc.vpcId });
    const balancer = createProxyLoadBalancer("door", {
      vpcId: vpc.vpcId,
      internal: true,
      ipv6: false,
      subnets: vpc.privateSubnets,
      securityGroup,
      certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/x",
      tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      redirect: { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      deletionProtection: false,
      dependsOn: [],
      parent: vpc,
    });
    new ProxyService("proxy", {
      vpcId: vpc.vpcId,
      subnets: vpc.privateSubnets,
      loadBalancer: {
        securityGroup,
        loadBalancer: balancer.loadBalancer,
        targetGroup: balancer.targetGroup,
        ready: [balancer.component],
      },
      destinations: [{ via: "interface-endpoint", service: "execute-api", endpoint }],
      configuration: endpoint.dnsName.apply((address) => configurationFor(address, vpc)),
      plannedConfiguration: configurationFor("endpoint", vpc),
      image,
      cpu: 256,
      memory: 512,
      tasks: { min: 2, max: 6 },
      requestsPerTask: 6000,
      logRetentionInDays: 30,
      target: TARGET,
    });
  });

describe("ProxyService", () => {
  const container = async () => {
    const made = await stackWith();
    const { containerDefinitions } = made.one("ecs/taskDefinition:TaskDefinition").properties;
    const found: unknown = JSON.parse(String(containerDefinitions));
    const [only] = Array.isArray(found) ? found : [];
    if (!isRecord(only)) throw new Error("no container");
    return only;
  };

  it("runs the image as it is, not as root, with files that it cannot change and without a role", async () => {
    const made = await stackWith();
    expect(await container()).to.deep.include({
      image: OWN_IMAGE,
      user: "101",
      readonlyRootFilesystem: true,
      entryPoint: ["/bin/sh", "-c"],
    });
    const task = made.one("ecs/taskDefinition:TaskDefinition").properties;
    expect(task).to.include({ cpu: "256", memory: "512", networkMode: "awsvpc" });
    expect(task).to.not.have.property("taskRoleArn");
    expect(task.executionRoleArn).to.equal(made.one("iam/role:Role", "proxy-execution").properties.arn);
  });

  it("gives NGINX the endpoint by its name, to be resolved again and again", async () => {
    const { environment } = await container();
    const made = await stackWith();
    const [name = ""] =
      /vpce-[\w.-]+/.exec(JSON.stringify(made.one("ec2/vpcEndpoint:VpcEndpoint").properties.dnsEntries)) ??
      [];
    expect(JSON.stringify(environment)).to.contain(`server ${name}:443 resolve`);
    expect(JSON.stringify(environment)).to.contain("set_real_ip_from 10.0.");
  });

  it("pulls from its own repository and writes its own log group, and no more", async () => {
    const policy = async (image: string) => {
      const made = await stackWith(image);
      const written: unknown = JSON.parse(
        String(made.one("iam/rolePolicy:RolePolicy", "proxy-execution").properties.policy),
      );
      return isRecord(written) && Array.isArray(written.Statement) ? written.Statement : [];
    };
    const own = await policy(OWN_IMAGE);
    expect(own.map(({ Resource }) => Resource)).to.deep.equal([
      "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/ecs/lambda-networking-test-proxy:*",
      "*",
      "arn:aws:ecr:eu-west-1:111122223333:repository/mirror/nginx",
    ]);
    expect(await policy(`public.ecr.aws/nginx/nginx-unprivileged@${DIGEST}`)).to.have.length(1);
  });

  it("lets only the load balancer in, on two ports, and the tasks out to the endpoint only", async () => {
    const made = await stackWith();
    const tasks = made.one("ec2/securityGroup:SecurityGroup", "proxy-tasks").id;
    const door = made.one("ec2/securityGroup:SecurityGroup", "door").id;
    const endpoint = made.one("ec2/securityGroup:SecurityGroup", "execute-api-endpoint").id;
    const rules = (type: string) =>
      made
        .ofType(type)
        .map(({ properties }) => properties)
        .filter(({ securityGroupId }) => securityGroupId === tasks)
        .map(({ fromPort, toPort, referencedSecurityGroupId }) => [
          fromPort,
          toPort,
          referencedSecurityGroupId,
        ]);
    expect(rules("vpc/securityGroupIngressRule:SecurityGroupIngressRule")).to.deep.equal([
      [8080, 8080, door],
      [8081, 8081, door],
    ]);
    expect(rules("vpc/securityGroupEgressRule:SecurityGroupEgressRule")).to.deep.equal([
      [443, 443, endpoint],
    ]);
    expect(made.one("ecs/service:Service").properties.networkConfiguration).to.deep.include({
      assignPublicIp: false,
      securityGroups: [tasks],
    });
  });

  it("rolls a deployment back that does not become healthy, and grows with the requests", async () => {
    const made = await stackWith();
    const service = made.one("ecs/service:Service").properties;
    expect(service).to.deep.include({
      deploymentCircuitBreaker: { enable: true, rollback: true },
      desiredCount: 2,
    });
    const balancer = made.one("lb/loadBalancer:LoadBalancer").properties.arnSuffix;
    const group = made.one("lb/targetGroup:TargetGroup").properties.arnSuffix;
    const { targetTrackingScalingPolicyConfiguration, resourceId } = made.one(
      "appautoscaling/policy:Policy",
    ).properties;
    expect(resourceId).to.equal(`service/${made.one("ecs/cluster:Cluster").properties.name}/${service.name}`);
    expect(JSON.stringify(targetTrackingScalingPolicyConfiguration)).to.contain(`${balancer}/${group}`);
  });
});
