// The forms of paths: inside the compiler all are absolute; answers come back as the user gave them.
// A path that was given keeps its form; any other follows the path of the call: absolute, or relative to the working directory.
import { contains, isAbsolute, normalize, relative, resolve } from "../frontend/path.ts";

export type Form = (path: string) => string;

export class Paths {
  readonly cwd: string;
  readonly #given = new Map<string, string>();

  constructor(cwd: string) {
    this.cwd = normalize(cwd);
  }

  absolute(path: string): string {
    return resolve(this.cwd, path);
  }

  /** remembers how a file of the project is called */
  give(path: string): string {
    const absolute = this.absolute(path);
    this.#given.set(absolute, path);
    return absolute;
  }

  /** the form in which a call that named `path` gets its answers */
  formLike(path: string): Form {
    const absolute = this.absolute(path);
    const relativeForm = !isAbsolute(path.replaceAll("\\", "/"));
    return (file) => {
      if (file === absolute) return path;
      const given = this.#given.get(file);
      if (given !== undefined) return given;
      return relativeForm && contains(this.cwd, file) ? relative(this.cwd, file) : file;
    };
  }
}
