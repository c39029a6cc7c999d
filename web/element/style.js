/** The element's looks. Colours and type come from the page around it; greys are half transparent, so that they fit any ground. */
const text = `
:host {
  display: block;
  max-width: 40rem;
  line-height: 1.45;
}

:host([hidden]), [hidden] {
  display: none !important;
}

* {
  box-sizing: border-box;
  margin: 0;
}

[part="box"] {
  display: grid;
  gap: 0.9rem;
  padding: 1rem;
  border: 1px solid rgb(128 128 128 / 40%);
  border-radius: 12px;
}

[part="drop"] {
  display: grid;
  justify-items: center;
  gap: 0.15rem;
  padding: 1.75rem 1rem;
  border: 1.5px dashed rgb(128 128 128 / 80%);
  border-radius: 8px;
  text-align: center;
  cursor: pointer;
}

[part="drop"]:hover, [part="drop"].dragging {
  border-color: #1a8a99;
  background: rgb(26 138 153 / 10%);
}

[part="drop"]:focus-within {
  outline: 3px solid #1a8a99;
  outline-offset: 2px;
}

[part="picture"] {
  width: 100%;
  max-height: 22rem;
  border-radius: 8px;
  background: #0a0d0f;
  object-fit: contain;
}

[part="picture"]:not([hidden]) + [part="drop"] {
  padding: 0.5rem 1rem;
  border-style: solid;
}

[part="prompt"] {
  font-weight: 600;
}

[part="call"] {
  font-size: 1.4rem;
  font-weight: 650;
  line-height: 1.25;
}

[part="call"].waiting {
  font-weight: 400;
}

[part="call"].against-scores {
  font-weight: 500;
}

[part="reason"] {
  margin-top: -0.6rem;
  font-size: 0.9375rem;
}

[part="progress"] {
  width: 100%;
  accent-color: #1a8a99;
}

[part="bars"] {
  display: grid;
  gap: 0.45rem;
  padding: 0;
  list-style: none;
}

[part~="bar"] {
  display: grid;
  grid-template-columns: 7.25rem 1fr 3.5rem;
  gap: 0.6rem;
  align-items: center;
}

[part~="called"] {
  font-weight: 650;
}

[part="track"] {
  width: 100%;
  height: 0.7rem;
  border-radius: 4px;
  background: rgb(128 128 128 / 25%);
}

[part="track"] rect {
  fill: rgb(128 128 128 / 90%);
}

[part~="called"] rect {
  fill: #1a8a99;
}

[part="value"] {
  text-align: right;
  font-variant-numeric: tabular-nums;
}

[part="set"], [part="warnings"], [part="problem"] {
  padding: 0.1rem 0 0.1rem 0.8rem;
  border-left: 3px solid #b9770e;
  list-style: none;
  overflow-wrap: anywhere;
}

[part="warnings"]:empty {
  display: none;
}

[part="point"] {
  margin-bottom: -0.7rem;
}

[part="point"], [part="hint"], [part="notice"] {
  font-size: 0.875rem;
}

.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

@media (forced-colors: active) {
  [part="track"] {
    outline: 1px solid CanvasText;
  }

  [part="track"] rect {
    fill: CanvasText;
  }

  [part~="called"] rect {
    fill: Highlight;
  }
}
`;

/** @type {CSSStyleSheet | undefined} one for all elements */
let sheet;

/** A sheet made by script: no policy of the page's stands against it. @returns {CSSStyleSheet} */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
  }
  return sheet;
}
