#!/usr/bin/env node
// Stands before anything is built, so that package managers can link the command at installation.
import { main } from "../dist/main.js";

await main();
