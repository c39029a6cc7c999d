/** WebKit, the engine of Safari, as WebKitGTK. */
import { testEngine } from "./support/engine.mjs";
import { launchWebKit, webkitMissing } from "./support/webkit.mjs";

testEngine("WebKit", launchWebKit, webkitMissing);
