// The public API of the compiler, nothing else. Runs wherever JavaScript runs; Node's file system comes from node.ts.
export { createCompiler } from "./driver/compiler.ts";
export type { Compiler, CompilerOptions, CheckResult, DescribeResult, PrintRequest, PrintResult } from "./driver/compiler.ts";
export type { CallWork, FileWork, TagWork } from "./driver/work.ts";
export type { Failure, Result, SourceMap, Success } from "./driver/result.ts";
export { siblingPath } from "./driver/generate.ts";
export { isGeneratedText } from "./driver/header.ts";
export { VERSION } from "./driver/version.ts";
export type { FileSystem } from "./frontend/file-system.ts";
export type { FunctionDescription, Shape } from "./frontend/describe.ts";
export { CompilerBug } from "./diagnostics/diagnostic.ts";
export type { Severity } from "./diagnostics/diagnostic.ts";
export type { Diagnostic, DiagnosticNote } from "./diagnostics/places.ts";
export { renderGithub, renderPlain, renderPretty } from "./diagnostics/render.ts";
export type { Colors } from "./diagnostics/frame.ts";
export { renderSarif } from "./diagnostics/sarif.ts";
export { explain as explainPage, pageOf } from "./diagnostics/pages.ts";
