// The engine loads a policy pack by `require`. Its own TypeScript compiler does not support ECMAScript modules, and the
// pack cannot give Node arguments. So the loader is registered here.
module.exports = import("tsx/esm/api").then(({ register }) => {
  register();
  return import("./index.ts");
});
