// Builds what the browser loads into rapport/web/static/dist: hashed names, a manifest of them, and each file
// compressed beforehand. `node script/build.mjs`, run by script/setup when a source has changed.
import { Resvg, initWasm } from "@resvg/resvg-wasm";
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const SOURCE = "rapport/web/assets";
const FINAL = "rapport/web/static/dist";
const MADE = `${FINAL}.new`;
const COMPRESSIBLE = /\.(css|js|svg)$/;

await rm(MADE, { recursive: true, force: true });
await mkdir(MADE, { recursive: true });
const names = { ...(await bundle()), ...(await pictures()) };
await writeFile(join(MADE, "manifest.json"), JSON.stringify(names, null, 1));
await writeFile(join(MADE, "icons.json"), JSON.stringify(await icons(), null, 1));
await compress();
await rm(FINAL, { recursive: true, force: true });
await rename(MADE, FINAL);

/** Bundles scripts and styles; answers what each source is called now. */
async function bundle() {
  const { metafile } = await build({
    entryPoints: [`${SOURCE}/rapport.css`, `${SOURCE}/calendar.css`, `${SOURCE}/mail.css`, `${SOURCE}/style-guide.css`, `${SOURCE}/rapport.js`, `${SOURCE}/calendar.js`, `${SOURCE}/mail.js`, `${SOURCE}/appearance.js`, `${SOURCE}/service-worker.js`, `${SOURCE}/mark.svg`],
    outdir: MADE,
    bundle: true,
    minify: true,
    metafile: true,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "copy" },
    target: ["chrome123", "firefox120", "safari17.5"],
    legalComments: "eof",
    logLevel: "warning",
  });
  const names = Object.entries(metafile.outputs).map(([path, { entryPoint, inputs }]) => [
    basename(entryPoint ?? Object.keys(inputs)[0]),
    basename(path),
  ]);
  return Object.fromEntries(names);
}

/** The mark as pictures for home screens, by size in pixels; the one to be cut into any shape fills its square. */
async function pictures() {
  await initWasm(await readFile("node_modules/@resvg/resvg-wasm/index_bg.wasm"));
  const mark = await readFile(`${SOURCE}/mark.svg`, "utf8");
  const whole = mark.replace(/ rx="\d+"/, "");
  const made = [["mark-192.png", mark, 192], ["mark-512.png", mark, 512], ["mark-whole-512.png", whole, 512], ["mark-whole-180.png", whole, 180]];
  const names = {};
  for (const [name, picture, size] of made) {
    const image = new Resvg(picture, { fitTo: { mode: "width", value: size } }).render().asPng();
    const hash = createHash("sha256").update(image).digest("hex").slice(0, 8);
    names[name] = name.replace(".png", `-${hash}.png`);
    await writeFile(join(MADE, names[name]), image);
  }
  return names;
}

/** The strokes of each icon that is used, by our name for it. */
async function icons() {
  const chosen = (await import(`../${SOURCE}/icons.mjs`)).default;
  const strokes = await Promise.all(Object.values(chosen).map(readStrokes));
  return Object.fromEntries(Object.keys(chosen).map((name, position) => [name, strokes[position]]));
}

async function readStrokes(name) {
  const svg = await readFile(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  return svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, " ").replaceAll("> <", "><").trim();
}

/** Writes FILE.br and FILE.gz beside each file that gains by it. */
async function compress() {
  for (const name of (await readdir(MADE)).filter((each) => COMPRESSIBLE.test(each))) {
    const path = join(MADE, name);
    const content = await readFile(path);
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    await writeFile(`${path}.br`, await promisify(brotliCompress)(content, quality));
    await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
  }
}
