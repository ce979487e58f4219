// Everything that the compiler says to users: one function per error, and nobody else makes a Finding.
// A message names the construct in the user's words and says why; `help` is the rewrite, in the imperative.
// The pages of `cotangent explain` stand in pages/ and quote these functions, so that text and documentation cannot differ.
// What concerns rules that users write stands in catalog-of-rules.ts.
import type { Finding, Span } from "./diagnostic.ts";
import { error, warning } from "./finding.ts";
import { spoken, typeWord } from "./words.ts";

// ---------------------------------------------------------------------------------------------------- CT10xx syntax

export const unsupportedSyntax = (span: Span, what: string): Finding =>
  error("CT1001", span, `${what} is not supported in differentiated code`, "move it out of the differentiated function");

export const classValue = (span: Span, name: string): Finding =>
  error("CT1002", span, `the class ${name} is used as a value, and which class arrives where it goes is not followed`, "name the class where its instances are made, or pass a function that makes them");

export const thisValue = (span: Span): Finding =>
  error("CT1003", span, "what `this` is here is decided where the function is called, which is not followed", "pass the object as a parameter");

export const accessorProperty = (span: Span, name: string): Finding =>
  error("CT1004", span, `the code behind the getter or setter \`${name}\` is not known where the property is used`, "use a field or a function that computes it, or leave the type of the object to be inferred");

export const tooDeep = (span: Span, what: string): Finding =>
  error("CT1050", span, `${what} is nested too deeply: the compiler ran out of stack`, "name parts of it, or move them into functions of their own");

export const generatorFunction = (span: Span): Finding =>
  error("CT1005", span, "a generator has no result to differentiate", "differentiate a function that consumes it in a loop and returns a number");

export const guardedYield = (span: Span, block: "try" | "finally"): Finding =>
  error("CT1045", span, block === "try" ? "`yield` in a `try` block with a `catch` is not supported in differentiated code" : "`yield` in a `finally` block is not supported in differentiated code", block === "try" ? "catch around the statements that may throw, without the `yield`" : "yield after the `try` statement");

export const heldGenerator = (span: Span): Finding =>
  error("CT1046", span, "a generator whose parameters have computed defaults is kept for later", "consume it where it is made, or pass all arguments");

export const unknownGenerator = (span: Span): Finding =>
  error("CT1048", span, "what is iterated here is not one generator that is known at compile time and consumed in one place", "consume the generator in the function that makes it, or collect its values in an array first");

export const steppedGenerator = (span: Span, method: string): Finding =>
  error("CT1047", span, `\`${method}\` of a generator is not supported in differentiated code: it is consumed as a whole`, "use a `for…of` loop, `yield*` or a spread");

export const asyncFunction = (span: Span): Finding =>
  error("CT1006", span, "async functions and `await` cannot be differentiated", "await outside and pass the value in");

export const deleteOperator = (span: Span): Finding =>
  error("CT1007", span, "`delete` is not supported in differentiated code", "make a new object without the property");

export const taggedTemplate = (span: Span): Finding =>
  error("CT1008", span, "this tag is not a function of the program, by its name", "call a function with plain arguments");

export const argumentsObject = (span: Span): Finding =>
  error("CT1009", span, "`arguments` cannot be differentiated", "declare a rest parameter: (...values: number[])");

export const evalCall = (span: Span, what: string): Finding =>
  error("CT1010", span, `${what} runs code that is not known at compile time`, "write the function out");

export const withStatement = (span: Span): Finding =>
  error("CT1011", span, "`with` is not supported", "name the object in front of each property");

export const forInLoop = (span: Span, type: string): Finding =>
  error("CT1012", span, `\`for…in\` over ${type} is not supported in differentiated code`, "loop over an array of the keys, or over the fields by name");

export const notIterable = (span: Span, type: string): Finding =>
  error("CT1013", span, `iterating over ${type} is not supported in differentiated code yet`, "iterate over an array");

export const dynamicKey = (span: Span, type: string): Finding =>
  error("CT1014", span, `a property of ${type} whose name is computed at run time is not supported yet`, "use an array, or an object with named fields");

export const spreadArgument = (span: Span): Finding =>
  error("CT1015", span, "an array of unknown length is spread over parameters with names", "pass the elements one by one, or declare a rest parameter");

export const spreadIntoTuple = (span: Span): Finding =>
  error("CT1015", span, "something of unknown length is spread into a tuple", "write the elements out, or make it an array");

export const restThroughValue = (span: Span, name: string): Finding =>
  error("CT1016", span, `${name} has a rest parameter and is used as a value`, "wrap it in a function with the parameters that are needed");

export const genericValue = (span: Span, name: string): Finding =>
  error("CT1049", span, `what the type parameters of ${name} stand for is not known where it is used as a value`, "wrap it in a function whose parameters have types: (value: number) => …");

export const genericLocal = (span: Span, name: string): Finding =>
  error("CT1049", span, `the type parameters of ${name}, which stands inside of a function, do not mean the same in all of its calls`, "declare it at the top level of its module: there it is lowered for each of its calls");

export const unspreadableObject = (span: Span, type: string): Finding =>
  error("CT1017", span, `the properties of ${type} are not known at compile time, so it cannot be spread`, "write the properties out");

export const invalidTarget = (span: Span): Finding =>
  error("CT1018", span, "this cannot be assigned in differentiated code", "assign a variable, an element or a field");

export const catchPattern = (span: Span): Finding =>
  error("CT1019", span, "destructuring what `catch` receives is not supported", "name it and read its properties in the block");

export const sparseArray = (span: Span): Finding =>
  error("CT1020", span, "an array with holes is not supported here", "write `undefined`, or fill the array");

export const loopHeaderClosure = (span: Span, name: string): Finding =>
  error("CT1022", span, `a function in the header of the loop uses its variable \`${name}\``, "move the function into the body");

export const dynamicImport = (span: Span): Finding =>
  error("CT1023", span, "dynamic imports are not supported in differentiated code", "import at the top of the module");

export const newTarget = (span: Span, name: string): Finding =>
  error("CT1024", span, `\`new ${name}\` is not supported in differentiated code yet`, "make the object outside and pass it in");

export const unknownName = (span: Span, name: string): Finding =>
  error("CT1025", span, `\`${name}\` does not resolve to anything`, null);

export const usingDeclaration = (span: Span): Finding =>
  error("CT1026", span, "`using` is not supported in differentiated code", "use const and dispose of it outside");

export const hiddenClass = (span: Span, name: string): Finding =>
  error("CT1035", span, `which class an object belongs to is decided at run time, and generated code cannot name the class ${name}`, "declare the class at the top level of its module, under a name");

export const unknownMember = (span: Span, type: string, name: string): Finding =>
  error("CT1036", span, `the code behind \`${name}\` of ${type} is not known at compile time`, "call a function or a method whose body is in the project");

export const methodValue = (span: Span, name: string): Finding =>
  error("CT1037", span, `the method \`${name}\` is taken off its object and used as a value`, "wrap it in a function: (x) => object.method(x)");

export const foreignBase = (span: Span, name: string, base: string): Finding =>
  error("CT1038", span, `the class ${name} extends ${base}, whose source is not part of the program`, "hold the other object in a field instead of extending its class");

export const exceptionMember = (span: Span, name: string, member: string): Finding =>
  error("CT1038", span, `\`${member}\` is read of an exception: what ${name} adds to Error is not followed`, "assign it, before the throw, to a variable that is declared outside of the try");

export const capturingClass = (span: Span, name: string): Finding =>
  error("CT1039", span, `the class ${name} stands in a function and uses variables of it`, "move the class to the top level and pass what it needs to its constructor");

export const privateStorage = (span: Span, name: string): Finding =>
  error("CT2015", span, `\`${name}\` of an object from outside is private to its class, so generated code cannot reach it`, "declare it `private` instead of with #, or differentiate with respect to the numbers that the object is made of");

export const lateSuper = (span: Span, name: string): Finding =>
  error("CT1001", span, `the constructor of ${name} does not call \`super\` as a statement of its own, which is not supported in differentiated code`, "call super(…) first");

// ---------------------------------------------------------------------------------------------------- CT11xx library

export const unsupportedMethod = (span: Span, type: string, name: string, help: string | null = null): Finding =>
  error("CT1101", span, `${type}.${name} is not supported in differentiated code yet`, help ?? "write it as a loop");

export const unsupportedFunction = (span: Span, name: string, help: string | null = null): Finding =>
  error("CT1102", span, `${name} is not supported in differentiated code yet`, help);

export const comparatorWithEffects = (span: Span): Finding =>
  error("CT1103", span, "the comparator of this sort has effects, and how often it is called is up to the engine", "compute what it needs before sorting, and only compare");

export const activeKeys = (span: Span): Finding =>
  error("CT1110", span, "the keys of this map are objects with numbers that carry a derivative", "iterate over the values, or use a Set of the objects and another map beside it");

export const privateKeys = (span: Span): Finding =>
  error("CT1012", span, "the keys are asked of an object that may be an instance of a class with private fields, which its type does not say", "name the fields, or declare the parameter as the class");

export const foreignContainer = (span: Span, container: string): Finding =>
  error("CT1111", span, `numbers that carry a derivative are read from a ${container} that the function did not make`, container.endsWith("Set") ? "pass an array, and make the set of it inside" : "pass a Map");

export const arrayView = (span: Span, what: string): Finding =>
  error("CT1105", span, `${what} reads memory as another kind of array than it was written as`, "use one kind of array for the whole buffer, or copy the numbers");

export const variadicCallback = (span: Span, name: string): Finding =>
  error("CT1107", span, `${name} as a callback receives the index and the array too`, `wrap it: (a, b) => ${name}(a, b)`);

export const boundFunction = (span: Span, name: string): Finding =>
  error("CT1108", span, `what this \`${name}\` calls, or with how many arguments, is not known at compile time`, "call the function with its arguments, or wrap it in an arrow function");

// ---------------------------------------------------------------------------------------------------- CT12xx types that say too little

export const untypedNumber = (span: Span, type: string): Finding =>
  error("CT1201", span, `this has the type ${type} and is used as a number`, "annotate it with the type that it has");

export const untypedCallee = (span: Span, type: string): Finding =>
  error("CT1202", span, `this has the type ${type} and is called`, "annotate it with a function type");

/** a type as TypeScript writes it */
const spelled = (type: string): string => type.replaceAll(/\breal\b/g, "number");

export const untypedAssertion = (span: Span, from: string, to: string): Finding =>
  error("CT1203", span, `a value of type ${spelled(from)} is asserted to be ${spelled(to)}, so where its numbers come from is unknown`, "copy the numbers field by field from values that have types; a type that contains itself needs an object with named fields in between");

export const untypedCopy = (span: Span, type: string): Finding =>
  error("CT1204", span, `the elements of ${type} are not known to be numbers`, "annotate it with the type that it has");

/** the operands are kinds of IR types */
export const mixedOperands = (span: Span, operator: string, left: string, right: string): Finding =>
  error("CT1205", span, `\`${operator}\` of ${typeWord(left)} and ${typeWord(right)} is not supported in differentiated code`, "convert both to numbers first");

// ---------------------------------------------------------------------------------------------------- CT20xx not differentiable

/** `operation` is the name in the rule tables */
export const activeOperationRefused = (span: Span, operation: string, reason: string): Finding =>
  error("CT2001", span, `${spoken(operation)} of a value that carries a derivative: ${reason}`, "compute it from constants, or pass stopGradient(x) if its derivative is not wanted");

export const activeMutationRefused = (span: Span, operation: string): Finding =>
  error("CT2002", span, `\`${operation}\` moves numbers and references of one array together, which is not supported`, "keep the numbers and the references in arrays of their own");

export const activeCallRefused = (span: Span, name: string): Finding =>
  error("CT2003", span, `${spoken(name)} is called with a value that carries a derivative, and its source cannot be read`, "write the function in TypeScript, or pass stopGradient(x) if its derivative is not wanted");

export const escapingFunction = (span: Span): Finding =>
  error("CT2004", span, "a function leaves differentiated code here: who calls it later, and with what, is not known", "call it where it is known, and pass on what it computes");

export const unknownCallee = (span: Span): Finding =>
  error("CT2006", span, "which function is called here is not known at compile time", "call a function by its name, or type the parameter that holds it as Differentiable<…>");

export const mixedValue = (span: Span, name: string): Finding =>
  error("CT2008", span, `\`${name}\` may be a number or an array, and which of them is only known at run time`, "keep numbers and arrays in fields or variables of their own");

export const comparedFunctions = (span: Span): Finding =>
  error("CT2020", span, "functions are compared or computed with here, but only which function it is survives in differentiated code", "compare a name or a number that says which function is meant");

export const jacobianShape = (span: Span, name: string, shape: "union" | "recursive"): Finding =>
  error("CT2021", span, `the rows of the Jacobian of \`${name}\` have no type: it returns ${shape === "union" ? "one of several kinds of objects" : "objects that contain objects of their own kind"}`, "return the numbers as an array, or take one pullback with vjp");

export const sparseColumns = (span: Span, name: string, parameter: string): Finding =>
  error("CT2021", span, `which column of the sparse derivative of \`${name}\` is whose is not known: \`${parameter}\` has one where it is a number, and it need not be one`, "hand in a number, or leave out `sparse`");

export const sparseEffects = (span: Span, name: string): Finding =>
  error("CT2022", span, `the sparse derivative of \`${name}\` runs it several times, and a run of it leaves more behind than its result`, "leave the effect to the caller, or leave out `sparse`");

export const notReplayable = (span: Span, why: string, help = "leave this part out of what is checkpointed, or compute it before"): Finding =>
  error("CT2030", span, `what is checkpointed runs again in reverse, and a second run would not do the same: ${why}`, help);

export const sparseInside = (span: Span): Finding =>
  error("CT2023", span, "a sparse matrix is made of numbers that are differentiated here, and it has no derivative", "leave out `sparse` here, or hand in stopGradient(x) where the matrix is meant to be constant");

// ---------------------------------------------------------------------------------------------------- CT21xx derivatives that end quietly

const STOP = "write stopGradient(x) around the operand if that is meant, or @nograd on the function to silence this";

/** The warning that is due when an active value reaches a row of the rule tables with `warns`; `why` is that text. */
export function operationKillsDerivative(span: Span, operation: string, why: string): Finding {
  const code = KILLERS.find(([names]) => names.has(operation))?.[1] ?? "CT2102";
  return warning(code, span, `the derivative ends at ${spoken(operation)}: ${why}`, code === "CT2106" ? "compare with a tolerance, or branch on < and >" : STOP);
}

const KILLERS: readonly (readonly [ReadonlySet<string>, Finding["code"]])[] = [
  [new Set([".toFixed", ".toPrecision", ".toExponential"]), "CT2101"],
  [new Set(["===", "!==", "==", "!=", "Object.is"]), "CT2106"],
  [new Set(["JSON.stringify", "JSON.parse"]), "CT2107"],
  [new Set(["parseFloat", "parseInt", "Number.parseFloat", "Number.parseInt"]), "CT2108"],
];

/** a useful number that was made of text, a date or the like, which was made of an active one */
export const numberReadBack = (span: Span, operation: string): Finding =>
  warning("CT2108", span, `the derivative ends at ${spoken(operation)}: it reads a number back from what was made of one, and no derivative comes along`, STOP);

export const integerArrayStore = (span: Span, array: string): Finding =>
  warning("CT2103", span, `the derivative ends at this store: a ${array} keeps integers only`, "store into a Float64Array");

export const activeIndex = (span: Span, name: string): Finding =>
  warning("CT2104", span, `the derivative of \`${name}\` ends here: it picks an element, and which one changes in steps`, "interpolate between neighbors if the derivative is wanted");

export const activeTripCount = (span: Span, name: string): Finding =>
  warning("CT2105", span, `the derivative of \`${name}\` ends here: it says how often the loop runs, and that changes in steps`, "use a fixed number of steps, or pass the count as a parameter of its own");

export const branchOnlyResult = (span: Span, name: string): Finding =>
  warning("CT2109", span, `the derivative of ${name} is zero everywhere: its arguments only decide branches and never enter the result`, "finish with one step of a smooth method (Newton, secant) from the point that was found");

// ---------------------------------------------------------------------------------------------------- CT3001 to CT3019 markers

export const unresolvedTarget = (span: Span, marker: string, text: string): Finding =>
  error("CT3001", span, `${marker} needs a function that can be found at compile time, and \`${text}\` is not one`,
    "pass a function declaration, a const arrow function, or an inline function with annotated parameters");

export const reassignedTarget = (span: Span, marker: string, name: string): Finding =>
  error("CT3002", span, `${marker}(${name}): the variable \`${name}\` is assigned again, so which function it holds is not known here`, `declare \`${name}\` with const`);

export const parameterTarget = (span: Span, marker: string, name: string): Finding =>
  error("CT3003", span, `${marker}(${name}): the parameter \`${name}\` can be any function`, `type it as Differentiable<…>, or take the derivative where the function is known and pass that`);

export const unresolvedArrival = (span: Span, text: string, why: string): Finding =>
  error("CT3045", span, `\`${text}\` arrives where a Differentiable function is needed, and its derivative cannot be made: ${why}`,
    "pass a function that can be found at compile time, or type the parameter that it comes from as Differentiable<…>");

export const unfollowedMaker = (span: Span, marker: string, text: string, why: string): Finding =>
  error("CT3035", span, `${marker}(${text}): the function that is made here carries no derivative: ${why}`, "return a function literal where it is made, or differentiate an arrow function that calls it");

export const bodylessTarget = (span: Span, marker: string, name: string, file: string): Finding =>
  error("CT3004", span, `${marker}(${name}): only a declaration of \`${name}\` is at hand (${file}), not its source`, "differentiate a function whose TypeScript source is part of the project");

export const receiverTarget = (span: Span, marker: string, text: string): Finding =>
  error("CT3005", span, `${marker}(${text}): the object of the method is not one that can be named`, "put the object into a constant, or call the method in a function written at the marker");

export const builtinTarget = (span: Span, marker: string, text: string): Finding =>
  error("CT3005", span, `${marker}(${text}): a built-in has no source`, `wrap the call: ${marker}((x: number) => ${text}(x))`);

export const nonLiteralOptions = (span: Span, marker: string, what: string): Finding =>
  error("CT3006", span, `the options of ${marker} must be a literal: ${what}`, "write the object where the marker stands, or in a const, with literal values");

export const unknownOption = (span: Span, marker: string, name: string, known: readonly string[]): Finding =>
  error("CT3006", span, `${marker} has no option \`${name}\``, known.length === 0 ? `${marker} takes no options` : `its options: ${known.join(", ")}`);

export const wrtOutOfRange = (span: Span, name: string, index: number, count: number): Finding =>
  error("CT3007", span, `\`wrt\` asks for parameter ${index}, and ${name} has ${count === 1 ? "one parameter" : `${count} parameters`} (counted from 0)`);

export const wrtRepeated = (span: Span, index: number): Finding => error("CT3007", span, `\`wrt\` names parameter ${index} twice`);

export const markerAsValue = (span: Span, marker: string): Finding =>
  error("CT3008", span, `${marker} is replaced at compile time and can only be called`, `call it where the function is known: ${marker}(f)`);

export const unannotatedParameter = (span: Span, marker: string, name: string): Finding =>
  error("CT3009", span, `${marker}: the parameter \`${name}\` of an inline function needs a type`, `annotate it: \`${name}: number\``);

export const noArgument = (span: Span, marker: string): Finding => error("CT3010", span, `${marker} needs a function`);

export const notANumber = (span: Span, marker: string, name: string, type: string): Finding =>
  error("CT3011", span, `${marker} needs a function that returns a number, and ${name} returns ${type}`, type === "void" ? "return the result instead of writing it into an argument" : "use jvp, vjp or jacobian for other results");

export const asyncTarget = (span: Span, name: string, what: string): Finding => error("CT3012", span, `${name} is ${what} and cannot be differentiated`);

export const noParameters = (span: Span, marker: string, name: string): Finding =>
  error("CT3007", span, `${marker}(${name}): ${name} has no parameters, so there is nothing to differentiate with respect to`);

export const hiddenCapture = (span: Span, name: string): Finding =>
  error("CT3013", span, `the differentiated function uses \`${name}\`, and another \`${name}\` hides it here`, `give one of the two another name, or call the marker where \`${name}\` is declared`);

// ---------------------------------------------------------------------------------------------------- CT3020 on: tags and siblings

export const unknownTagOption = (span: Span, tag: string, option: string): Finding =>
  error("CT3020", span, `@${tag} does not know \`${option}\``, `write \`@${tag} wrt=a,b as=name\``);

export const unknownTagParameter = (span: Span, tag: string, name: string, parameters: readonly string[]): Finding =>
  error("CT3021", span, `@${tag} wrt=${name}: there is no parameter \`${name}\``, parameters.length === 0 ? null : `its parameters: ${parameters.join(", ")}`);

export const invalidTagName = (span: Span, tag: string, name: string): Finding =>
  error("CT3022", span, `@${tag} as=${name}: \`${name}\` is not a name that can be exported`);

export const misplacedTag = (span: Span, tag: string): Finding =>
  error("CT3023", span, `@${tag} must stand on a function declaration or on a const with a function, at the top level of the module`, "move the tag there");

export const anonymousDefault = (span: Span, tag: string): Finding =>
  error("CT3024", span, `@${tag} on a default export without a name: what it generates could not be named`, "give the function a name");

export const duplicateGenerated = (span: Span, name: string): Finding =>
  error("CT3025", span, `two tags ask for \`${name}\``, "give one of them another name with as=…");

export const mustBeExported = (span: Span, name: string, sibling: string): Finding =>
  error("CT3026", span, `\`${name}\` is state of its module, and ${sibling} cannot reach it`, `export \`${name}\`, or export the derivative from that module`);

export const unreachableState = (span: Span, name: string, file: string): Finding =>
  error("CT3027", span, `the derivative needs \`${name}\`, which ${file} does not export`, `export \`${name}\``);

export const packageState = (span: Span, name: string, file: string): Finding =>
  error("CT3037", span, `the derivative needs \`${name}\`, state that ${file} keeps to itself`, "write the function without that state, or give it a derivative with customRule");

export const unreadablePackage = (span: Span, name: string, file: string, why: string): Finding =>
  error("CT3038", span, `${name} is needed in a derivative, and the code of its package cannot be read: ${file} is ${UNREADABLE[why] ?? why}`, "use a build of the package that ships readable ES modules, write the function in TypeScript, or give it a derivative with customRule");

const UNREADABLE: Readonly<Record<string, string>> = { minified: "minified", CommonJS: "CommonJS, not an ES module", "not a module": "neither JavaScript nor TypeScript" };

export const notAssignable = (span: Span, name: string, file: string): Finding =>
  error("CT3027", span, `the derivative assigns \`${name}\`, a variable of ${file}, which an import cannot do`, `call the marker in ${file} and export the derivative from there`);

export const callsInSibling = (span: Span, name: string): Finding =>
  error("CT3028", span, `${name} is tagged and calls a marker: its module must be compiled too`, "tag the inner function and import its derivative, or build with --out-dir");

export const importCycle = (span: Span, name: string, sibling: string): Finding =>
  error("CT3030", span, `${sibling} would have to import \`${name}\` from a module that imports ${sibling}`, `move \`${name}\` to a module of its own`);

export const misplacedCheckpoint = (span: Span): Finding => error("CT3031", span, "`@checkpoint` stands before what is no loop over trips of its own", "put it right before a loop, or wrap a function in `checkpoint(f)`");
export const unclearCheckpoint = (span: Span, text: string): Finding => error("CT3032", span, `\`@checkpoint\` takes the number of states to keep, not \`${text}\``, "write `/** @checkpoint slots=50 */`, or leave the number out");

export const unwritableName = (span: Span, name: string, why: string): Finding => error("CT3029", span, `\`${name}\` cannot be written in the generated file: ${why}`);

// ---------------------------------------------------------------------------------------------------- CT4xxx shapes

export const privateState = (span: Span, name: string): Finding =>
  error("CT4001", span, `\`${name}\` holds numbers that no gradient can show: a private member has no place in a plain object`, "declare it with `private` or without a modifier");

export const notDifferentiable = (span: Span, marker: string, name: string, type: string): Finding =>
  error("CT4002", span, `${marker}: the parameter \`${name}\` has the type ${type}, which holds no numbers to differentiate with respect to`, "name another parameter in `wrt`");

// ---------------------------------------------------------------------------------------------------- CT8xxx projects and files

const file = (path: string): Span => ({ file: path, start: 0, end: 0 });

export const missingFile = (path: string): Finding => error("CT8001", file(path), `there is no file ${path}`);

export const notSource = (path: string): Finding => error("CT8001", file(path), `${path} is not a TypeScript or JavaScript file`);

export const missingLibraries = (span: Span, names: readonly string[]): Finding =>
  error("CT8002", span, `the types ${names.join(", ")} do not resolve: the default libraries are missing`, "check `target`, `lib` and `noLib` in the compiler options");

export const typeError = (span: Span, code: number, text: string): Finding => error("CT8003", span, `TypeScript reports TS${code} in differentiated code: ${text}`);

export const syntaxError = (span: Span, code: number, text: string): Finding => error("CT8004", span, `TypeScript cannot parse this (TS${code}): ${text}`);

export const configProblem = (span: Span, text: string): Finding => error("CT8005", span, text);

export const missingProject = (span: Span): Finding => error("CT8005", span, `there is no project ${span.file}`);

export const unknownFunction = (path: string, name: string, names: readonly string[]): Finding =>
  error("CT8006", file(path), `${path} has no function \`${name}\``, names.length === 0 ? null : `its functions: ${names.join(", ")}`);

export const unknownStage = (path: string, stage: string, stages: readonly string[]): Finding =>
  error("CT8007", file(path), `there is no stage ${stage} that can be printed here`, `the stages: ${stages.join(", ")}`);
