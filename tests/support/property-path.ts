/**
 * Reads a key as `pulumi config set --path` does: the engine's ParsePropertyPathStrict, line by line.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties_path.go
 * @throws Error where the engine refuses the key
 */
export function parsePropertyPath(text: string): (string | number)[] {
  let path = text;
  const elements: (string | number)[] = [];
  if (path.startsWith(".")) throw new Error("expected property path to start with a name or index");
  while (path.length > 0) {
    if (path.startsWith(".")) {
      path = path.slice(1);
      if (path.length === 0) throw new Error("expected property path to end with a name or index");
      if (path.startsWith("[")) throw new Error("expected property name after '.'");
    } else if (path.startsWith('["')) {
      const [key, rest] = quoted(path);
      elements.push(key);
      path = rest;
    } else if (path.startsWith("[")) {
      const end = path.indexOf("]");
      const index = path.slice(1, end);
      if (end < 0 || !/^-?\d+$/.test(index)) throw new Error("invalid array index");
      elements.push(Number(index));
      path = path.slice(end + 1);
    } else {
      const [name = ""] = /^[^.[]*/.exec(path) ?? [];
      elements.push(name);
      path = path.slice(name.length);
    }
  }
  return elements;
}

/** The name at the start of a path, and what follows it. Its only escape is `\"`. */
function quoted(path: string): [key: string, rest: string] {
  let key = "";
  for (let i = 2; i < path.length; ) {
    if (path[i] === '"') {
      if (path[i + 1] !== "]") throw new Error("missing closing bracket in property access");
      return [key, path.slice(i + 2)];
    }
    if (path.startsWith('\\"', i)) {
      key += '"';
      i += 2;
    } else {
      key += path[i];
      i += 1;
    }
  }
  throw new Error("missing closing quote in property name");
}
