import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const PROGRAMS = ["/usr/sbin/clickhouse-server", "/usr/bin/clickhouse-server"];

/** The server of Debian's package `clickhouse-server`, where it is installed. */
export const clickHouseProgram: string | undefined = PROGRAMS.find((path) => existsSync(path));

interface Ports {
  readonly http: number;
  readonly tcp: number;
}

/** ClickHouse servers on 127.0.0.1, one of each shard, which know each other as the cluster "shards": for tests and an example. */
export class LocalCluster {
  readonly urls: readonly string[];
  private readonly folder: string;
  private readonly ports: readonly Ports[];
  private readonly processes: (ChildProcess | undefined)[] = [];

  private constructor(folder: string, ports: readonly Ports[]) {
    this.folder = folder;
    this.ports = ports;
    this.urls = ports.map(({ http }) => `http://127.0.0.1:${http}`);
  }

  static async start(folder: string, shards: number): Promise<LocalCluster> {
    const ports = [];
    for (let shard = 0; shard < shards; shard++) ports.push({ http: await freePort(), tcp: await freePort() });
    const cluster = new LocalCluster(folder, ports);
    await Promise.all(ports.map((_, shard) => cluster.begin(shard)));
    return cluster;
  }

  /** Starts a server on what it had before. */
  async begin(shard: number): Promise<void> {
    const place = join(this.folder, `shard-${shard}`);
    mkdirSync(join(place, "tmp"), { recursive: true });
    writeFileSync(join(place, "users.xml"), USERS);
    writeFileSync(join(place, "config.xml"), this.config(place, shard));
    const program = spawn(clickHouseProgram ?? "", [`--config-file=${join(place, "config.xml")}`], {
      cwd: place,
      stdio: "ignore",
    });
    this.processes[shard] = program;
    for (const began = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const alive = await fetch(`${this.urls[shard]}/ping`).catch(() => undefined);
      if (alive?.ok) return;
      if (program.exitCode === null && Date.now() - began < 20_000) continue;
      const log = join(place, "errors.log");
      throw new Error(
        `the server does not start: ${existsSync(log) ? readFileSync(log, "utf8").slice(0, 2000) : "no log"}`,
      );
    }
  }

  /** Ends a server as a machine without power does. */
  async kill(shard: number): Promise<void> {
    const program = this.processes[shard];
    if (program === undefined || program.exitCode !== null || program.signalCode !== null) return;
    const ended = new Promise((resolve) => program.once("exit", resolve));
    program.kill("SIGKILL");
    await ended;
  }

  /** Takes what a server had. */
  wipe(shard: number): void {
    rmSync(join(this.folder, `shard-${shard}`), { recursive: true });
  }

  async query(shard: number, query: string): Promise<string> {
    return (await fetch(this.urls[shard] ?? "", { method: "POST", body: query })).text();
  }

  async stop(): Promise<void> {
    for (const shard of this.ports.keys()) await this.kill(shard);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private config(place: string, shard: number): string {
    const { http, tcp } = this.ports[shard] ?? { http: 0, tcp: 0 };
    const shards = this.ports.map(
      (each) => `<shard><replica><host>127.0.0.1</host><port>${each.tcp}</port></replica></shard>`,
    );
    return `<yandex>
      <logger><level>warning</level><log>${place}/log</log><errorlog>${place}/errors.log</errorlog></logger>
      <http_port>${http}</http_port><tcp_port>${tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
      <path>${place}/data/</path><tmp_path>${place}/tmp/</tmp_path>
      <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
      <mark_cache_size>50000000</mark_cache_size>
      <remote_servers><shards>${shards.join("")}</shards></remote_servers>
    </yandex>`;
  }
}

const USERS = `<yandex>
  <profiles><default><max_memory_usage>1000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</yandex>`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
