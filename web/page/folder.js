/** Files of folders: which of them are images, and where each lies. */

/** A table, which may say what the images are. */
const tableEnding = /\.csv$/i;

/** What is named like an image, also of kinds that are refused by name, so that nobody takes them for read: as the command line has it. */
const endings = /\.(png|jpe?g|jpe|jfif|bmp|dib|gif|webp|tiff?|dcm|dicom|hei[cf]|avif)$/i;

/** Of files that came with a dropped folder, which do not know it themselves. @type {WeakMap<File, string>} */
const paths = new WeakMap();

/**
 * Where a file lies below the folder that was chosen or dropped, that folder's name included; its name alone where it came by itself.
 * @param {File} file
 * @returns {string} parts divided by "/"
 */
export const pathOf = (file) => paths.get(file) ?? (file.webkitRelativePath || file.name);

/** @param {string} path @returns {string} without the ending */
const stemOf = (path) => path.replace(/\.[^./]*$/, "");

/** Of a lesion's mask that lies beside its picture, as in BUSI: "benign (1)_mask.png", "benign (1)_mask_1.png". */
const maskEnding = /_mask(_\d+)?$/;

/**
 * A file that came by itself is taken for an image, whatever its name, but for tables; of folders what is named like an image, is not
 * hidden, and is no mask beside its image. In the order of their paths, as people count: 2 before 10. A table in a folder is one where it
 * lies beside the classes' folders, not deeper.
 * @param {File[]} files
 * @returns {{images: File[], tables: File[], leftOut: number}}
 */
export function imagesAmong(files) {
  const tables = files.filter((file) => tableEnding.test(file.name) && !file.name.startsWith(".") && pathOf(file).split("/").length <= 2);
  const stems = new Set(files.map((file) => stemOf(pathOf(file))));
  /** @param {string} stem */
  const isMask = (stem) => maskEnding.test(stem) && stems.has(stem.replace(maskEnding, ""));
  const images = files.filter((file) => {
    if (tables.includes(file)) return false;
    const path = pathOf(file);
    return !path.includes("/") || (endings.test(file.name) && !/(^|\/)\./.test(path) && !isMask(stemOf(path)));
  });
  const { compare } = new Intl.Collator("en", { numeric: true });
  if (images.some((file) => pathOf(file).includes("/"))) images.sort((a, b) => compare(pathOf(a), pathOf(b)));
  return { images, tables, leftOut: files.length - images.length - tables.length };
}

/**
 * What was dropped: at once, unless there is a folder in it, which takes its time. To be called while the event is handled.
 * @param {DataTransfer | null} dropped
 * @returns {File[] | Promise<File[]>}
 */
export function droppedFiles(dropped) {
  const entries = [...(dropped?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.some((entry) => entry.isDirectory)) return [...(dropped?.files ?? [])];
  return Promise.all(entries.map(filesOf)).then((all) => all.flat());
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} what cannot be read is left out: it is no image to us */
async function filesOf(entry) {
  try {
    if (entry.isDirectory) return (await Promise.all((await childrenOf(entry)).map(filesOf))).flat();
    /** @type {File} */
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    paths.set(file, entry.fullPath.replace(/^\//, ""));
    return [file];
  } catch {
    return [];
  }
}

/** @param {FileSystemEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function childrenOf(folder) {
  const reader = /** @type {FileSystemDirectoryEntry} */ (folder).createReader();
  /** @type {FileSystemEntry[]} */
  const children = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (!some.length) return children;
    children.push(...some);
  }
}
