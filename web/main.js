/** The page: takes an image, hands it to the Classifier, and what comes back to the page's parts (page/). */
import { keepForOffline } from "./offline.js";
import { describeModel, isModelFile, onModel, tryModel } from "./page/about.js";
import { batchModelChanged, batchPointChanged, hasTable, labelBatch, leaveTable, rowReadAgain, setUpBatch, startBatch } from "./page/batch.js";
import { find } from "./page/dom.js";
import { loadModel, onLoadProgress } from "./page/engine.js";
import { imagesAmong } from "./page/folder.js";
import { keep, keepNothing } from "./page/keep.js";
import { onLanguageChange, speak, wording } from "./page/language.js";
import { showMistakes } from "./page/mistakes.js";
import { chosenPoint, offerPoints, onPointChange } from "./page/operating_point.js";
import { clearOverlays, explains, offerOverlays } from "./page/overlay.js";
import { onFiles, showPicture } from "./page/picture.js";
import { setState, showLabels, showLoaded, showPassingRemark, showProblem, showRecord, showRefusal, showRemark } from "./page/reading.js";
import { chosenRegion, clearRegion, offerRegion, onRegion } from "./page/region.js";
import { onSample } from "./page/samples.js";
import { setUpSelfTest } from "./page/self_test.js";

/** @import { Classifier } from "./classifier.js" */
/** @import { AnswerRecord } from "./protocol.js" */

/** Nothing is said before the page has its language. */
const spoken = speak();

/** @type {Classifier | undefined} */
let classifier;
/** @type {Promise<Classifier> | undefined} */
let loading;
/** @type {File | undefined} a model that the reader chose in place of the shipped one */
let chosenModel;
/** @type {{image: File, force: boolean} | undefined} `force`: although the input gate refuses it */
let shown;
/** @type {AbortController | undefined} of the last reading */
let reading;
/** @type {Promise<void> | undefined} the answer to the image that was taken last; never rejects */
let answering;

/** The page's one classifier; another try where the last could not be loaded. */
async function loadedClassifier() {
  if (classifier) return classifier;
  loading ??= Promise.all([loadModel(chosenModel), spoken]).then(([loaded]) => adopt(loaded)).finally(() => (loading = undefined));
  return loading;
}

/** @param {Classifier} loaded */
function adopt(loaded) {
  classifier = loaded;
  const { model } = loaded;
  showLabels(model.labels);
  offerPoints(model.operating_points);
  describeModel(model, !chosenModel);
  setTimeout(() => classifier && showMistakes(classifier, chosenPoint())); // behind an image that waits: it, too, asks the engine
  return loaded;
}

/** Another model in place of the one at hand, which stays when this one cannot be had. @param {File | undefined} model */
async function useModel(model) {
  const loaded = await loadModel(model);
  await loading?.catch(() => {}); // or it would take the place of this one
  reading?.abort();
  classifier?.close();
  chosenModel = model;
  adopt(loaded);
  batchModelChanged();
  if (!shown) return setState("ready", wording.noImage);
  shown.force = false;
  await answer();
}

async function start() {
  await spoken;
  setState("loading", wording.loading);
  try {
    await loadedClassifier();
    if (!shown) setState("ready", wording.noImage);
    await answering; // an image that was there before the engine does not have to share the machine
    keepForOffline();
  } catch (error) {
    if (!shown) showProblem(wording.notStarted, error, wording.whatToDoAtLoad);
  }
}

/**
 * Reads an image, or several into the table; an image that is still being read is given up.
 * @param {File[]} files
 * @param {string} none what to say when there is no file
 */
async function take(files, none) {
  await spoken;
  const { images: chosen, tables, leftOut } = imagesAmong(files);
  const model = chosen.find(isModelFile);
  const images = chosen.filter((file) => file !== model);
  if (model) await tryModel(model);
  if (model && !images.length && !tables.length) return;
  if (!images.length && tables.length) return labelBatch(tables) ? showRemark("") : showPassingRemark(wording.tableAlone);
  if (!images.length) return showPassingRemark(none);
  if (images.length > 1 || tables.length) {
    showRemark(wording.leftOut(leftOut));
    return startBatch(images, tables);
  }
  leaveTable();
  read(images[0], wording.leftOut(leftOut));
}

/** @param {File} image @param {string} remark */
function read(image, remark) {
  shown = { image, force: false };
  showPicture(image);
  clearRegion();
  keepNothing();
  showRemark(remark);
  answering = answer();
}

/**
 * Has the image that is shown read.
 * @param {{again?: boolean}} [how] `again`: only the operating point changed, so the last answer stays until the new one is there
 */
async function answer({ again = false } = {}) {
  if (!shown) return;
  const { image, force } = shown;
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  if (!again) clearOverlays();
  if (!classifier) setState("loading", wording.loading);
  /** @type {Classifier} */
  let ready;
  try {
    ready = await loadedClassifier();
  } catch (error) {
    if (!signal.aborted) showProblem(wording.notStarted, error, wording.whatToDoAtLoad);
    return;
  }
  if (signal.aborted) return; // another image took its place
  if (!again) setState("busy", wording.reading);
  const options = { operatingPoint: chosenPoint()?.name, force, region: chosenRegion() };
  try {
    const record = await ready.classify(image, { ...options, signal });
    offerRegion(record.image);
    if (record.refused) return showRefusal(record.refused);
    const answered = /** @type {AnswerRecord} */ (record);
    keep(answered, image.name);
    showRecord(answered, force);
    if (!again || !explains(answered.call)) offerOverlays({ classifier: ready, image, options, signal });
  } catch (error) {
    if (signal.aborted) return;
    showProblem(wording.notRead, error, wording.whatToDo);
  }
}

onModel(useModel);
onSample(read, (error) => showProblem(wording.notRead, error, wording.whatToDo));
onPointChange(() => {
  if (classifier) showMistakes(classifier, chosenPoint());
  batchPointChanged();
  answer({ again: true });
});
spoken.then(() => setUpBatch({ classifier: loadedClassifier, read: (image) => read(image, "") }));
setUpSelfTest(loadedClassifier);
onLanguageChange(() => Boolean(shown || chosenModel || hasTable()));
onRegion(() => {
  if (shown) shown.force = false; // another part is not refused for the same reason
  rowReadAgain(chosenRegion() !== undefined);
  answer();
});
find("#read-anyway button", HTMLButtonElement).addEventListener("click", async () => {
  if (!shown) return;
  shown.force = true;
  await answer();
  find("#call", HTMLElement).focus(); // the button is gone
});

start();
onLoadProgress(showLoaded);
onFiles(take);
