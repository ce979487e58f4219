// The streams, the environment and the disk that a command works with, handed in so that tests can replace them.
// Human text goes to `error`, results go to `output`.
export interface Terminal {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** results */
  readonly output: (text: string) => void;
  /** everything that is for people */
  readonly error: (text: string) => void;
  /** is there a person behind `error`? */
  readonly interactive: boolean;
  readonly input: () => Promise<string>;
}

const USAGE = 2;

/** The command line, the configuration or a file is not what it should be: reported as text, exit code 2. */
export class UsageError extends Error {
  readonly exitCode: number = USAGE;
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

export const nodeTerminal = (): Terminal => ({
  cwd: process.cwd().replaceAll("\\", "/"),
  env: process.env,
  output: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY,
  input: () => readAll(process.stdin),
});
