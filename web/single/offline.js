/** The single file needs no network: nothing is to be kept. */
export async function keepForOffline() {}
