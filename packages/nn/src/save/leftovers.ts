import { codeOf, type FileSystem, type Host } from "./file-system.ts";

/** `.machine-process-number.part`: who is writing, and a random number. */
const UNFINISHED = /\.([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.part$/;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Clocks of a process and of its disk differ by less. */
const CLOCKS = 2_000;

/** What is put behind a file's name while it is written: no two saves anywhere have the same. */
export function unfinishedName({ host }: FileSystem): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `.${machine(host)}-${host.pid}-${hex(random)}.part`;
}

/**
 * Takes away what saves left in a folder that ended before they were done, as by `kill -9`. What a running process of this
 * machine writes is left alone, and so is for a day what another machine does, whose processes cannot be asked.
 */
export async function removeLeftovers(system: FileSystem, folder: string): Promise<void> {
  const { files, paths } = system;
  for (const name of await files.readdir(folder)) {
    const [found, where = "", who = ""] = UNFINISHED.exec(name) ?? [];
    if (found === undefined) continue;
    const path = paths.join(folder, name);
    try {
      const written = (await files.stat(path)).mtimeMs;
      if (isLeftover(system.host, where, Number(who), written)) await files.rm(path, { force: true });
    } catch (error) {
      if (!["ENOENT", "EACCES", "EPERM"].includes(codeOf(error))) throw error; // another save was faster, or it is not ours
    }
  }
}

function isLeftover(host: Host, where: string, who: number, written: number): boolean {
  const age = Date.now() - written;
  if (where !== machine(host)) return age > DAY;
  // Numbers of processes are given again, in containers always the same ones.
  if (who === host.pid) return age > host.uptime() * 1000 + CLOCKS;
  return !isRunning(host, who) || age > HOUR;
}

function isRunning(host: Host, pid: number): boolean {
  try {
    return host.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH"; // EPERM: it runs as somebody else
  }
}

/** A machine's name in eight digits: FNV-1a, 32 bits. */
function machine(host: Host): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(host.getBuiltinModule("node:os").hostname())) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hex(hash >>> 0);
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}
