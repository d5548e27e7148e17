import { createHash } from 'node:crypto';

/** How the page looks: one column on a phone, the contents beside it where there is room; light or dark as its reader has it. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dde2e9;--tint:#f5f7fa;--link:#0b5cad;--get:#0b6b3a;--post:#8a4b00;--put:#5b3fa8;--patch:#5b3fa8;--delete:#b3261e}
@media(prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e3e8ef;--soft:#9aa6b5;--line:#2b333e;--tint:#1a2029;--link:#7fb8ff;--get:#5fd08f;--post:#f0b060;--put:#b9a5ff;--patch:#b9a5ff;--delete:#ff8f85}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem;z-index:1}
nav{padding:.75rem 1rem;background:var(--tint);border-bottom:1px solid var(--line);font-size:.9rem}
nav h2{display:inline-block;font-size:.9rem;margin:0 1rem .25rem 0}nav h2 a{display:inline-block;padding:.3rem 0}nav .contents{display:none}
nav h2 a::first-letter,section>h2::first-letter{text-transform:uppercase}
.contents{list-style:none;margin:0;padding:0;font-size:.9rem}.contents a{display:block;padding:.35rem 0;text-decoration:none;color:inherit}.contents a:hover{text-decoration:underline}
.contents b{display:inline-block;min-width:3.6rem;font-size:.7rem;letter-spacing:.03em}
main{padding:1rem;max-width:62rem}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.3rem;margin-top:2.5rem}h3{font-size:1.1rem;margin:0 0 .25rem}h4{font-size:.95rem;margin:1.25rem 0 .5rem}
h3 a{color:inherit;text-decoration:none}h3 a:hover{text-decoration:underline}
small,.lead,.type,.headers{color:var(--soft)}h1 small,h4 small{font-weight:400}
.operation,.schema{border-top:1px solid var(--line);padding:1.5rem 0}
.address{margin:.25rem 0}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
code,pre{font:.86em/1.5 ui-monospace,monospace}
code{background:var(--tint);padding:.1em .3em;border-radius:3px}.pattern{color:var(--soft)}
pre{background:var(--tint);border:1px solid var(--line);border-radius:6px;padding:.75rem;overflow-x:auto;white-space:pre;overflow-wrap:normal}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);min-width:7rem}
.case td{font-weight:600;padding-top:.8rem}
details summary{cursor:pointer}
dl{display:grid;grid-template-columns:auto 1fr;gap:0 1rem}dt{font-weight:600;padding-top:1rem}dd{margin:0}
.answer p{margin:.25rem 0}
@media(min-width:64rem){
body{display:grid;grid-template-columns:20rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;border-bottom:0;border-right:1px solid var(--line)}
nav h2{display:block;margin:1rem 0 .25rem}nav .contents{display:block}main .contents{display:none}
main{padding:1.5rem 2.5rem}
}
@media print{nav,.skip{display:none}}
`;

/** What a Content-Security-Policy lets through: this text, and nothing else. */
export const pageStyleSource = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`;
