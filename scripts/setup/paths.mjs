/** Where things are: the checkout, and the one folder outside it that the set-up writes to. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Toolchain, sources and built XNNPACK; shared by all checkouts of this user. cmake/Dependencies.cmake agrees. */
export const cache =
  process.env.ECHOLENS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "echolens");

/** @param {...string} parts */
export const inCache = (...parts) => join(cache, ...parts);
