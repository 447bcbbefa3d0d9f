/** Milliseconds of the processor since `start`, of `process.cpuUsage()`: the clock's depend on what else the machine does. */
export function processorTimeSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
