// How the report looks: colours by role, light and dark and on paper.
#pragma once

namespace echolens::evaluate {

inline constexpr char kReportStyle[] = R"(
:root { color-scheme: light dark; --ground: #fff; --text: #15212a; --muted: #55646f; --line: #d8dfe4;
  --accent: #0b6470; --other: #b0641c; --soft: #e6ebee; --heat: 11, 100, 112; --on-heat: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f1519; --text: #e4eaee; --muted: #9aa9b3; --line: #33404a; --accent: #56bccb;
    --other: #e6a45c; --soft: #263138; --heat: 86, 188, 203; --on-heat: #0f1519; } }
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --muted: #444; --line: #bbb; --accent: #0b6470;
    --other: #b0641c; --soft: #e6ebee; --heat: 11, 100, 112; --on-heat: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
.notice { border-left: 4px solid var(--other); padding-left: .75rem; }
.muted, caption, figcaption { color: var(--muted); font-size: .9rem; }
code { font-size: .85rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .25rem; max-width: calc(100vw - 3rem); }
th, td { padding: .3rem .75rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; }
td { white-space: nowrap; }
.text td { white-space: normal; overflow-wrap: anywhere; }
th:first-child, .text th, .text td { text-align: left; }
.wide { overflow-x: auto; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; break-inside: avoid; }
.plots svg { width: 100%; max-width: 30rem; height: auto; }
h2, h3, tr { break-after: avoid; break-inside: avoid; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .tick { fill: var(--muted); font-size: 11px; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .label { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg line, svg polyline { fill: none; stroke-width: 2; }
svg .main { stroke: var(--accent); }
svg .other { stroke: var(--other); stroke-dasharray: 6 4; }
svg .guide { stroke: var(--muted); stroke-dasharray: 2 4; }
svg .span { stroke: var(--accent); stroke-width: 1; }
svg circle { fill: var(--accent); stroke: var(--ground); stroke-width: 1.5; }
svg rect { fill: var(--soft); }
.heat td { text-align: center; min-width: 4rem; border: 2px solid var(--ground); }
.heat td small { display: block; }
.heat td:last-child { text-align: right; }
.heat .h0 { background: rgba(var(--heat), .06); } .heat .h1 { background: rgba(var(--heat), .14); }
.heat .h2 { background: rgba(var(--heat), .24); } .heat .h3 { background: rgba(var(--heat), .36); }
.heat .h4 { background: rgba(var(--heat), .48); } .heat .h5 { background: rgb(var(--heat)); color: var(--on-heat); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; padding: 0; margin: .5rem 0; }
.pictures img { display: block; width: 100%; height: auto; background: #000; }
.pictures .gone { display: grid; place-items: center; aspect-ratio: 1; background: var(--soft); color: var(--muted); }
@media (max-width: 30rem) { body { padding: 1rem; } th, td { padding: .3rem .4rem; } }
)";

}  // namespace echolens::evaluate
