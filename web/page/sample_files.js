/** Where the sample images come from: files beside the page. */

/**
 * Fetched when it is asked for. Rejects where it cannot be had.
 * @param {string} name
 * @returns {Promise<Blob>}
 */
export async function sampleBytes(name) {
  const response = await fetch(`samples/${name}`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}
