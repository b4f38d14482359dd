import * as pulumi from "@pulumi/pulumi";

// The smallest Pulumi program under mocks: the reference for `npm start`.
await pulumi.runtime.setMocks({
  newResource: ({ inputs }) => ({ id: "id", state: inputs }),
  call: () => ({}),
});
new pulumi.ComponentResource("bench:index:Nothing", "nothing");
await pulumi.runtime.disconnect();
