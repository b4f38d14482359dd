// The engine loads a policy pack by `require`, with a TypeScript compiler of its own that knows no ECMAScript
// modules, and gives Node no arguments of ours. So the loader is started from here.
module.exports = import("tsx/esm/api").then(({ register }) => {
  register();
  return import("./index.ts");
});
