/** What an address means, and how its file is had. In Node, which has files and no page, node/addresses.js takes this module's place. */

/**
 * Against the page, as fetch() takes it. Throws a TypeError for what is no address.
 * @param {string | URL} address
 * @returns {string}
 */
export const absolute = (address) => new Request(address).url;

/**
 * @param {string} address absolute
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
export const fetchFile = (address, signal) => fetch(address, { signal });
