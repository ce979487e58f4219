// Paths as plain text: `/`-separated, absolute ones begin with `/` or a drive letter.
// Assumes nothing about the machine, so that the compiler runs in a browser; guarantees no `.`, `..` or `//` in a normal path.

const DRIVE = /^[A-Za-z]:\//;

export const isAbsolute = (path: string): boolean => path.startsWith("/") || DRIVE.test(path);

/** without `.`, `..`, doubled and closing slashes; backslashes become slashes */
export function normalize(path: string): string {
  const text = path.replaceAll("\\", "/");
  const root = text.startsWith("/") ? "/" : (DRIVE.exec(text)?.[0] ?? "");
  const parts: string[] = [];
  for (const part of text.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (root === "") parts.push(part);
  }
  return root + parts.join("/") || ".";
}

export const resolve = (base: string, path: string): string => normalize(isAbsolute(path.replaceAll("\\", "/")) ? path : `${base}/${path}`);

export function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  if (at < 0) return ".";
  return at === 0 ? "/" : path.slice(0, at);
}

export const basename = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** `folder` itself, then each folder above it, up to the root */
export function* ancestors(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (at === dirname(at) || at === ".") return;
  }
}

/** is `path` inside `folder` (or that folder)? */
export const contains = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

/** the way from a folder to a path, without a leading `./` */
export function relative(folder: string, path: string): string {
  const from = folder.split("/").filter((x) => x !== "");
  const to = path.split("/").filter((x) => x !== "");
  if (DRIVE.test(`${folder}/`) && from[0] !== to[0]) return path;
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/") || ".";
}
