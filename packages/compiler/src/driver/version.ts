// What the tool is called and which version this is: the one place besides package.json (a test compares the two).

export const TOOL = "cotangent";
export const VERSION = "0.1.0";

/** patches do not make generated files stale */
export const MINOR_VERSION: string = VERSION.split(".", 2).join(".");
