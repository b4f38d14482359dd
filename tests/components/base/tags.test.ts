import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { withTags } from "../../../components/base/tags.js";
import { record } from "../../support/components.js";

const opts = { transformations: [withTags({ component: "network" })] };

describe("withTags", () => {
  it("adds tags and the logical name, and leaves a resource's own tag", async () => {
    const resources = await record(() => {
      new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16", tags: { component: "own" } }, opts);
    });
    expect(resources.one("ec2/vpc:Vpc").inputs.tags).to.deep.equal({ Name: "vpc", component: "own" });
  });

  it("adds them as a list to an Auto Scaling group, which hands them to its instances", async () => {
    const resources = await record(() => {
      const tags = [{ key: "Name", value: "own", propagateAtLaunch: false }];
      new aws.autoscaling.Group("group", { minSize: 1, maxSize: 1, tags }, opts);
      new aws.autoscaling.Group("other", { minSize: 1, maxSize: 1 }, opts);
    });
    expect(resources.one("autoscaling/group:Group", "group").inputs.tags).to.deep.equal([
      { key: "component", value: "network", propagateAtLaunch: true },
      { key: "Name", value: "own", propagateAtLaunch: false },
    ]);
    expect(resources.one("autoscaling/group:Group", "other").inputs.tags).to.have.length(2);
  });
});
