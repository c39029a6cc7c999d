import { Classifier } from "echolens";
import "echolens/element";

const classifier = await Classifier.load();
const input = document.querySelector("input");
input.addEventListener("change", async () => {
  const record = await classifier.classify(input.files[0]);
  document.querySelector("#record").textContent = JSON.stringify(record);
});
document.body.dataset.ready = classifier.engine.simd;
