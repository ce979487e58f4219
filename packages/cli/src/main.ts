// The command line: options, commands, exit codes. Everything else is in one file per command.
import { CompilerBug, VERSION } from "@cotangent/compiler";
import { Command, CommanderError, Option } from "commander";
import { build } from "./build.ts";
import { check } from "./check.ts";
import { explain } from "./explain.ts";
import { modeOption, operatorOption, print } from "./print.ts";
import { FORMATS } from "./report.ts";
import { UNUSABLE } from "./session.ts";
import { nodeTerminal, UsageError, type Terminal } from "./terminal.ts";
import { verify, verifyOperatorOption } from "./verify.ts";

const common = (command: Command): Command => command
  .option("--project <tsconfig>", "the tsconfig, or a solution of several; default: the nearest one upwards from each file")
  .option("--json", "one JSON object on standard output")
  .addOption(new Option("--format <format>", "how diagnostics are printed").choices([...FORMATS]))
  .option("--color", "color even where no terminal is")
  .option("--no-color", "no color")
  .option("--timing", "print how long each step took")
  .option("--trace <pass>", "print what a pass of the compiler returns")
  .option("--verify", "check the invariants of the compiler after every pass");

/** colors are decided by the terminal unless one of the two options was given */
function withColor(command: Command): Command {
  return command.hook("preAction", (_, action) => {
    if (action.getOptionValueSource("color") === "default") action.setOptionValueWithSource("color", undefined, "default");
  });
}

type Action = (command: Command) => Promise<number>;

function program(terminal: Terminal, done: (exitCode: number) => void): Command {
  const root = new Command("cotangent")
    .description("Compiles gradients of TypeScript functions to TypeScript.")
    .version(VERSION)
    .enablePositionalOptions()
    .showHelpAfterError("(run with --help for usage)")
    .configureOutput({ writeOut: terminal.output, writeErr: terminal.error })
    .exitOverride();
  const finish = (action: Action) => async (...args: readonly unknown[]): Promise<void> => {
    const command = args.at(-1);
    if (command instanceof Command) done(await action(command));
  };
  const add = (usage: string, description: string): Command => withColor(common(root.command(usage).description(description))).exitOverride();

  add("build [globs...]", "write the generated siblings of tagged functions; with --out-dir mirror the tree with marker calls compiled")
    .option("--out-dir <dir>", "mirror the whole tree there")
    .option("--prune", "delete generated files whose source is gone")
    .action(finish((x) => build(x.args, x.opts(), terminal)));
  add("check [globs...]", "list generated files that are stale, missing or orphaned; write nothing")
    .action(finish((x) => check(x.args, x.opts(), terminal)));
  add("print [target]", "print the derivative of FILE#FUNCTION")
    .addOption(operatorOption())
    .option("--wrt <names>", "parameters to differentiate with respect to: a,b")
    .option("--sparse", "of jacobian and hessian: a matrix of what may differ from zero")
    .addOption(modeOption())
    .option("--stage <stage>", "print a stage of the compiler instead: ir, activity, recording, …")
    .option("--stdin", "read the file from standard input")
    .option("--stdin-filename <name>", "what the file on standard input is called")
    .action(finish((x) => print(x.args[0], x.opts(), terminal)));
  add("verify <target>", "compare derivatives of FILE#FUNCTION, or those that the tags of FILE ask for, with differences")
    .addOption(verifyOperatorOption())
    .option("--wrt <names>", "parameters to differentiate with respect to: a,b; needs --op")
    .option("--sparse", "of jacobian and hessian: the matrix of what may differ from zero")
    .option("--tolerance <number>", "how far a derivative may be from differences, relative to the larger of both; default 1e-7")
    .option("--at <json>", "the arguments, as a JSON array")
    .option("--export <name>", "an export of the module with a list of argument lists; default: samples")
    .action(finish((x) => verify(x.args[0] ?? "", x.opts(), terminal)));
  add("explain <code>", "explain a diagnostic")
    .action(finish((x) => Promise.resolve(explain(x.args[0] ?? "", x.opts(), terminal))));
  return root;
}

function reportCrash(error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.error(`cotangent: ${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what = error instanceof CompilerBug ? `a defect of the compiler, in ${error.pass}` : "an unexpected failure";
  terminal.error(`cotangent: ${what}. Please report it with the file that was compiled.\n${text}\n`);
  return UNUSABLE;
}

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const exit: { code: number } = { code: 0 };
  try {
    await program(terminal, (code) => { exit.code = code; }).parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
    return reportCrash(error, terminal);
  }
  return exit.code;
}

/** The process: the exit code is set, never forced, so that output drains. */
export async function main(): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.exitCode = await run(process.argv.slice(2), nodeTerminal());
}
