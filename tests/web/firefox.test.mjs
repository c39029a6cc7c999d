/** Stock Firefox. */
import { launchFirefox } from "./support/firefox.mjs";
import { testEngine } from "./support/engine.mjs";

testEngine("Firefox", launchFirefox);
