/** ../en/problems.js in German. */

export const notStarted = "Der Rechenkern ist nicht gestartet";
export const notRead = "Dieses Bild wurde nicht ausgewertet";

/** @type {Record<string, string>} */
const advice = {
  image_empty: "Bitte exportieren oder kopieren Sie das Bild erneut.",
  image_unrecognised: "Bitte wählen Sie ein Bild im Format PNG, JPEG, BMP oder GIF.",
  image_corrupt: "Bitte exportieren oder kopieren Sie das Bild erneut: Es wurde möglicherweise unvollständig übertragen.",
  image_too_large: "Bitte exportieren Sie das Bild in einer geringeren Größe.",
  image_too_small: "Bitte wählen Sie das Bild in voller Größe, kein Vorschaubild.",
  too_small: "Bitte wählen Sie das Bild in voller Größe, kein Vorschaubild.",
  coloured: "Bitte wählen Sie ein graues B-Bild ohne Farbdoppler und Elastographie.",
  blank: "Bitte wählen Sie ein Bild, das Gewebe zeigt.",
  several_panels: "Lassen Sie eines der Bilder allein auswerten: Wählen Sie diesen Ausschnitt.",
  unlike: "Bitte wählen Sie ein Ultraschallbild der Brust von der Art, für die das Modell gemacht ist.",
  file_unreadable: "Falls es ein Ordner ist: Öffnen Sie ihn und wählen Sie ein Bild. Falls die Datei verschoben wurde: Wählen Sie sie erneut.",
  out_of_memory: "Schließen Sie andere Tabs oder Programme und wählen Sie das Bild dann erneut.",
  worker_failed: "Wählen Sie das Bild erneut: Der Rechenkern startet dann neu. Hilft das nicht, laden Sie die Seite neu.",
  model_self_test_failed: "Dieses Gerät rechnet anders als die Referenz, daher wird hier kein Bild ausgewertet. Versuchen Sie es mit einem anderen Browser.",
  internal: "Dies ist ein Fehler in echolens: Bitte melden Sie ihn, wenn möglich mit dem Bild.",
};

const siteAdvice = "Laden Sie die Seite neu. Geschieht es wieder, wenden Sie sich an die Betreiber dieser Seite.";

/** @param {{code?: unknown}} error @returns {string} */
export function whatToDo({ code }) {
  if (typeof code !== "string") return advice.internal;
  return advice[code] ?? (code.startsWith("model_") ? siteAdvice : "");
}

/** @param {{code?: unknown}} error @returns {string} */
export function whatToDoAtLoad({ code }) {
  return code === "unsupported_browser" || code === "model_self_test_failed" ? whatToDo({ code }) : siteAdvice;
}
