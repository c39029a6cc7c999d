/** ../en/page.js in German. */

/** The English sentences of index.html, and what they are in German. @type {Record<string, string>} */
export const page = {
  // Head
  "Reads breast-ultrasound images on this device. They are not sent anywhere.": "Wertet Ultraschallbilder der Brust auf diesem Gerät aus. Die Bilder werden nirgendwohin übertragen.",
  "About": "Informationen",
  "About the model": "Über das Modell",
  "Self-test": "Selbsttest",
  "Research and education only.": "Nur für Forschung und Lehre.",
  "Not a medical device; not cleared or CE-marked. Scores are not validated cancer probabilities. Do not use it to diagnose, to exclude disease, or to decide for or against biopsy. Not evaluated on Doppler, elastography, post-surgical, axillary, implant, male or lactating breasts.":
    "Kein Medizinprodukt; weder behördlich zugelassen noch CE-gekennzeichnet. Die Scores sind keine validierten Krebswahrscheinlichkeiten. Nicht dazu verwenden, eine Diagnose zu stellen, eine Erkrankung auszuschließen oder sich für oder gegen eine Biopsie zu entscheiden. Nicht evaluiert für Doppler, Elastographie, postoperative Befunde, Axilla, Implantate sowie die männliche und die laktierende Brust.",
  "Images of the table": "Bilder der Tabelle",
  "Back to the table": "Zurück zur Tabelle",
  "Previous": "Vorheriges",
  "Next": "Nächstes",

  // Picture
  "Picture": "Bild",
  "Choose an ultrasound image, or several": "Ein Ultraschallbild oder mehrere wählen",
  "Choose a folder of ultrasound images": "Ordner mit Ultraschallbildern wählen",
  "Choose an ultrasound image": "Ultraschallbild wählen",
  "or drop it here, or paste it; several, or a folder, become a table": "oder hierher ziehen oder einfügen; aus mehreren oder einem Ordner wird eine Tabelle",
  "The image that was chosen": "Das gewählte Bild",
  "This browser cannot show the file.": "Dieser Browser kann die Datei nicht anzeigen.",
  "PNG, JPEG, BMP or GIF, up to 64 MB": "PNG, JPEG, BMP oder GIF, bis 64\u00a0MB",
  "Choose another image": "Anderes Bild wählen",
  "Choose a folder": "Ordner wählen",
  "Read a part only": "Nur einen Ausschnitt auswerten",
  "Read the whole picture": "Das ganze Bild auswerten",
  "Draw the part on the picture, or give it in pixels": "Ausschnitt auf dem Bild aufziehen oder in Pixeln angeben",
  "Left": "Links",
  "Top": "Oben",
  "Width": "Breite",
  "Height": "Höhe",
  "Read this part": "Diesen Ausschnitt auswerten",
  "Show on the picture": "Auf dem Bild zeigen",
  "Nothing": "Nichts",
  "Outline of the lesion": "Kontur der Läsion",
  "Lesion map": "Läsionskarte",
  "Occlusion map": "Okklusionskarte",
  "Opacity": "Deckkraft",
  "Covering one place after another": "Eine Stelle nach der anderen wird verdeckt",
  "Cancel": "Abbrechen",
  "Or a sample:": "Oder ein Beispiel:",
  "first": "erstes",
  "second": "zweites",
  "third": "drittes",
  "First sample image": "Erstes Beispielbild",
  "Second sample image": "Zweites Beispielbild",
  "Third sample image": "Drittes Beispielbild",
  "Images of BUS-BRA: W. Gómez-Flores, M. J. Gregorio-Calas, W. C. de Albuquerque Pereira, Medical Physics 2023.":
    "Bilder aus BUS-BRA: W. Gómez-Flores, M. J. Gregorio-Calas, W. C. de Albuquerque Pereira, Medical Physics 2023.",
  "Licence": "Lizenz",
  "Licences": "Lizenzen",

  // Reading
  "Reading": "Auswertung",
  "Call": "Einstufung",
  "Call at": "Einstufung bei",
  "Starting": "Wird gestartet",
  "Engine and model loaded": "Fortschritt beim Laden von Rechenkern und Modell",
  "Read although the page refused it: the answer means little.": "Ausgewertet, obwohl die Seite das Bild abgewiesen hat: Das Ergebnis besagt wenig.",
  "Scores are not validated cancer probabilities.": "Die Scores sind keine validierten Krebswahrscheinlichkeiten.",
  "Code:": "Fehlercode:",
  "Choose a part": "Ausschnitt wählen",
  "Read it anyway": "Trotzdem auswerten",
  "The model was not made for such images: what it then says means little, and the record will say so.":
    "Für solche Bilder ist das Modell nicht gemacht: Was es dann ausgibt, besagt wenig, und das Protokoll hält das fest.",
  "Warnings": "Warnhinweise",
  "Details": "Einzelheiten",
  "Keep the result": "Ergebnis sichern",
  "Save JSON": "JSON speichern",
  "Save CSV": "CSV speichern",
  "Print report": "Bericht drucken",
  "with the file’s name, which may identify a person": "mit dem Dateinamen, der eine Person erkennbar machen kann",

  // Many images
  "Choose other images": "Andere Bilder wählen",
  "Close the table": "Tabelle schließen",
  "Show": "Anzeigen:",
  "every call": "alle Einstufungen",
  "with": "mit",
  "or without remarks": "oder ohne Hinweise",
  "warnings": "Warnhinweisen",
  "a refusal": "einer Abweisung",
  "an error": "einem Fehler",
  "no answer yet": "noch keinem Ergebnis",
  "An image opens by a click or Enter; arrow keys go from row to row.": "Ein Klick oder die Eingabetaste öffnet ein Bild; die Pfeiltasten führen von Zeile zu Zeile.",
  "No.": "Nr.",
  "File": "Datei",
  "Score": "Score",
  "Time": "Zeit",
  "Previous rows": "Vorherige Zeilen",
  "Next rows": "Nächste Zeilen",
  "Keep the results": "Ergebnisse sichern",
  "Save JSON lines": "JSON-Zeilen speichern",
  "Print the table": "Tabelle drucken",
  "with the files’ names and folders, which may identify persons": "mit Datei- und Ordnernamen, die Personen erkennbar machen können",

  // What a mistake costs
  "What a mistake costs": "Was eine Fehleinstufung kostet",
  "Share of women with cancer": "Anteil mit Karzinom",
  "Cancers missed": "Übersehene Karzinome",
  "False alarms": "Fehlalarme",
  "Of 1,000 women, with 95 % intervals; as far as the measured figures hold for them. Women unlike those it was measured on will have other figures.":
    "Von 1.000 Frauen, mit 95-%-Konfidenzintervallen; soweit die gemessenen Kennzahlen auf sie zutreffen. Für Frauen, die sich von den untersuchten unterscheiden, gelten andere Werte.",

  // About the model
  "Close": "Schließen",
  "Measured figures": "Gemessene Kennzahlen",
  "Measured figures, with 95 % intervals": "Gemessene Kennzahlen mit 95-%-Konfidenzintervallen",
  "Figure": "Kennzahl",
  "Value": "Wert",
  "Measured on": "Gemessen an",
  "Another model": "Ein anderes Modell",
  "A model file (.tflite) that you trust can be used in this page instead, until it is reloaded. It is checked first, and stays on this device.":
    "Statt des mitgelieferten Modells kann hier eine Modelldatei (.tflite), der Sie vertrauen, verwendet werden, bis die Seite neu geladen wird. Sie wird zuerst geprüft und bleibt auf diesem Gerät.",
  "Choose another model file": "Andere Modelldatei wählen",
  "Back to the shipped model": "Zurück zum mitgelieferten Modell",

  // Self-test
  "Reads the three sample images twice, and says what engine and browser do it and how fast. The report holds nothing about you or your images.":
    "Wertet die drei Beispielbilder zweimal aus und nennt Rechenkern, Browser und Geschwindigkeit. Der Bericht enthält nichts über Sie oder Ihre Bilder.",
  "Run the self-test": "Selbsttest starten",
  "Copy the report": "Bericht kopieren",
};

/** As <html lang> has it. @type {string} */
export const language = "de";

export const startsAnew = "Die Seite beginnt in der anderen Sprache von vorn. Was sie jetzt zeigt, geht verloren, soweit Sie es nicht gespeichert haben. Fortfahren?";
