// Random programs, half of them: see suite.ts for what is checked and how to choose seed and number.
import { testRandomPrograms } from "./suite.ts";

testRandomPrograms(1, 2);
