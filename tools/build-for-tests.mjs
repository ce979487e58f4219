import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./packages.mjs";

/** The setup of the tests: the packages as they are now, without declarations. */
export function setup() {
  const { status } = spawnSync(process.execPath, [join(root, "tools/build.mjs"), "--js"], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("the packages do not build");
}
