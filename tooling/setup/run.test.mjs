import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

// A clone with nothing but what set-up reads, and a PATH on which only planted programs are found.

const repository = resolve(import.meta.dirname, "../..");
let folder;
let clone;
let programs;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "unfold setup ")));
  clone = join(folder, "clone");
  programs = join(folder, "bin");
  mkdirSync(programs);
  const withoutPackages = (source) => !source.includes("node_modules") && !source.endsWith(".test.mjs");
  for (const part of [
    "tooling/setup",
    "packages/tensor-core/scripts",
    "examples",
    "package.json",
    "pnpm-workspace.yaml",
    "pnpm-lock.yaml",
  ]) {
    cpSync(join(repository, part), join(clone, part), { recursive: true, filter: withoutPackages });
  }
  plantSource("packages/tensor-core/crate/Cargo.toml");
  plantSource("packages/tensor-core/crate/Cargo.lock");
  plantSource("packages/tensor-core/crate/src/lib.rs");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plantSource(name) {
  mkdirSync(dirname(join(clone, name)), { recursive: true });
  writeFileSync(join(clone, name), "planted\n");
}

/** A program that appends its name and arguments to a log, then runs `script`. */
function plant(name, script = "exit 0") {
  const file = join(programs, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${folder}/log"\n${script}\n`);
  chmodSync(file, 0o755);
}

function log() {
  const file = join(folder, "log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

function unfold(command, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tooling/setup/run.mjs", command, ...args], {
    cwd: clone,
    env: { PATH: programs, HOME: folder },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, output: stdout + stderr };
}

const installing = "-y pnpm@12.21.0 install --frozen-lockfile";

// Planted programs are shell scripts.
describe.skipIf(process.platform === "win32")("the commands of the root", () => {
  test.each([
    ["setup", "--bogus", "Unknown option '--bogus'"],
    ["setup", "extra", "Unexpected argument 'extra'"],
    ["test", "--bogus", "Unknown option '--bogus'"],
    ["test", "--require=python", '--require knows rust and browser, not "python"'],
    ["check", "--fix", "Unknown option '--fix'"],
    ["build", "--watch", "Unknown option '--watch'"],
  ])("%s %s is refused before anything is done", (command, option, message) => {
    plant("npx");
    const { status, output } = unfold(command, option);
    expect(output).toContain(message);
    expect(output).toMatch(/\n {2}Run: npm /);
    expect(status).toBe(2);
    expect(log()).toEqual([]);
  });

  test("an unknown command names the known ones", () => {
    const { status, output } = unfold("instal");
    expect(output).toContain(
      'Unknown command "instal": give one of setup, build, demo, example, start, test, test-consumers, check, bench, fuzz, soak.',
    );
    expect(status).toBe(2);
  });

  test("example lists the examples, and says which one it does not know", () => {
    plant("npx");
    const listed = unfold("example");
    expect(listed.output).toMatch(/\n {2}train-digits +Trains LeNet-5 .*\(.*MB\)/);
    expect(listed.status).toBe(0);
    const unknown = unfold("example", "train-digit", "--quick");
    expect(unknown.output).toContain('There is no example called "train-digit"');
    expect(unknown.status).toBe(2);
    expect(log()).toEqual([]);
  });

  test.each(["setup", "build", "test", "check"])("%s --help installs nothing", (command) => {
    const { status, output } = unfold(command, "--help");
    expect(output).toContain("npm ");
    expect(status).toBe(0);
  });

  test("setup --check reports what is missing and changes nothing", () => {
    const { status, output } = unfold("setup", "--check");
    expect(output).toMatch(/✗ Packages +not installed .* run: npm run setup\n/);
    expect(output).toMatch(/✗ Core +neither built nor prebuilt .* run: npm run setup -- --toolchain\n/);
    expect(output).toMatch(/– Rust tests +no cargo on PATH/);
    expect(output).toMatch(/– wasm toolchain +there is no Rust compiler with the target wasm32-unknown-unknown/);
    expect(output).toMatch(/– Browser tests +no Chrome, Chromium or Edge/);
    expect(status).toBe(1);
    expect(existsSync(join(clone, "node_modules"))).toBe(false);
  });

  test("without npx: one sentence, one command", () => {
    const { status, output } = unfold("demo");
    expect(output).toContain("✗ npm's npx is not on PATH");
    expect(output).toContain("Run: npm install --global npm");
    expect(status).toBe(1);
  });

  test.each([
    ["demo", "train-digits..."],
    ["example matrix-derivatives", "matrix-derivatives..."],
    ["start", "playground..."],
  ])("%s installs only what it needs", (command, filter) => {
    plant("npx", "exit 7");
    const { status, output } = unfold(...command.split(" "));
    expect(log()).toEqual([`npx ${installing} --filter unfold --filter ${filter}`]);
    expect(output).toContain("pnpm ended with 7");
    expect(output).toContain("Run: npm run setup");
    expect(status).toBe(1);
  });

  describe("data that Debian has", () => {
    const apt = "apt-get -q install -y --no-install-recommends dataset-fashion-mnist";
    const data = () => join(folder, "fashion-mnist");
    beforeEach(() => {
      plant("npx", "exit 7"); // so that nothing is built
      for (const name of ["classify-pictures", "transfer-learning"]) {
        const file = join(clone, "examples", name, "package.json");
        const manifest = JSON.parse(readFileSync(file, "utf8"));
        writeFileSync(file, JSON.stringify({ ...manifest, debianData: { ...manifest.debianData, folder: data() } }));
      }
    });
    const install = (as = 0) => {
      plant("id", `echo ${as}`);
      plant("apt-get");
    };
    const isDebian = process.platform === "linux";

    test.runIf(isDebian)("is installed where it is asked for, and its size said", () => {
      install();
      const { output } = unfold("example", "classify-pictures", "--data", "fashion");
      expect(output).toMatch(/dataset-fashion-mnist with apt-get, for Fashion-MNIST, 31 MB/);
      expect(log()).toContain(apt);
    });

    test.each([
      ["other data", ["--data=mnist"]],
      ["nothing", []],
      ["a folder", ["--data", "fashion", "--from", "there"]],
      ["help", ["--data", "fashion", "--help"]],
    ])("is not where %s is asked for", (_, args) => {
      install();
      unfold("example", "classify-pictures", ...args);
      expect(log().filter((line) => line.startsWith("apt-get"))).toEqual([]);
    });

    test("is not where it is there", () => {
      install();
      mkdirSync(data());
      unfold("example", "classify-pictures", "--data", "fashion");
      expect(log().filter((line) => line.startsWith("apt-get"))).toEqual([]);
    });

    test.runIf(isDebian)("that this user may not install is an error where it was asked for by name", () => {
      install(1000);
      const { status, output } = unfold("example", "classify-pictures", "--data", "fashion");
      expect(output).toContain(
        "✗ System packages are needed for Fashion-MNIST, 31 MB, and only root may install them.",
      );
      expect(output).toContain("Run: sudo apt-get install -y --no-install-recommends dataset-fashion-mnist");
      expect(status).toBe(1);
      expect(log().filter((line) => line.startsWith("npx"))).toEqual([]);
    });

    test("where there is no apt-get is an error that says what to do, or done without where it is only preferred", () => {
      const named = unfold("example", "classify-pictures", "--data=fashion");
      expect(named.output).toMatch(/no apt-get here\.\n {2}Run: the same command with --from FOLDER/);
      expect(named.status).toBe(1);
      expect(log()).toEqual([]);
      const preferred = unfold("example", "transfer-learning");
      expect(preferred.output).toMatch(/no apt-get here\. It goes on without Fashion-MNIST; to have it: /);
      expect(log().some((line) => line.startsWith("npx"))).toBe(true);
    });

    test.runIf(isDebian)("that is preferred is installed, but not for a quick look or another task", () => {
      install();
      for (const args of [["--quick"], ["--task", "emoji"], ["--data", "digits"]])
        unfold("example", "transfer-learning", ...args);
      expect(log()).not.toContain(apt);
      unfold("example", "transfer-learning");
      expect(log()).toContain(apt);
    });
  });

  test("an installation that failed is tried again, one that succeeded is not", () => {
    plant("npx", "exit 7");
    unfold("setup");
    plant("npx");
    plant("turbo");
    unfold("setup");
    const { status, output } = unfold("setup");
    const install = `npx ${installing} --filter !@unfoldjs/bench`;
    expect(log().filter((line) => line.startsWith("npx"))).toEqual([install, install]);
    expect(output).toContain("✓ Ready.");
    expect(status).toBe(0);
  });

  test("a changed lock file is installed again", () => {
    plant("npx");
    plant("turbo");
    unfold("setup");
    writeFileSync(join(clone, "pnpm-lock.yaml"), "changed\n");
    unfold("setup");
    expect(log().filter((line) => line.startsWith("npx"))).toHaveLength(2);
  });

  test.each(["demo", "start"])("what development installed is enough for %s", (command) => {
    plant("npx");
    plant("turbo");
    unfold("setup");
    unfold(command);
    expect(log().filter((line) => line.startsWith("npx"))).toHaveLength(1);
  });

  test("--toolchain without Rust says what to install", () => {
    plant("npx");
    const { status, output } = unfold("setup", "--toolchain");
    expect(output).toMatch(/✗ .*rustup/);
    expect(output).toMatch(/Run: .*npm run setup -- --toolchain/);
    expect(status).toBe(1);
    expect(existsSync(join(clone, ".toolchain", "source-build"))).toBe(false);
  });

  test("--toolchain with rustup adds the target and builds the tools into the repository", () => {
    plant("npx");
    plant("turbo");
    const sysroot = join(folder, "sysroot");
    const library = join(sysroot, "lib/rustlib");
    plant("rustc", `[ "$1" = --print ] && echo "${sysroot}" || echo "rustc 1.95.0"`);
    plant(
      "rustup",
      `case "$1" in
target) /bin/mkdir -p "${library}/wasm32-unknown-unknown/lib" ;;
component) /bin/mkdir -p "${library}/src/rust/library" ;;
esac`,
    );
    const tool = (name, version) => `printf '#!/bin/sh\\necho ${name} ${version}\\n' > "$bin/${name}"`;
    plant(
      "cargo",
      `bin="${clone}/.toolchain/bin"
case "$*" in
*wasm-pack*) ${tool("wasm-pack", "0.15.1")} && /bin/chmod +x "$bin/wasm-pack" ;;
*tooling/setup/wasm-bindgen*) ${tool("wasm-bindgen", "0.2.130")} && /bin/chmod +x "$bin/wasm-bindgen" ;;
*) echo cargo 1.95.0 ;;
esac`,
    );
    const { status, output } = unfold("setup", "--toolchain");
    expect(output).toContain("✓ Ready.");
    expect(status).toBe(0);
    expect(log()).toContain("rustup target add wasm32-unknown-unknown");
    expect(log()).toContain("rustup component add rust-src");
    expect(log().filter((line) => line.startsWith("cargo install"))).toEqual([
      `cargo install --path tooling/setup/wasm-bindgen --locked --root ${clone}/.toolchain`,
      `cargo install wasm-pack --version 0.15.1 --locked --root ${clone}/.toolchain`,
    ]);
    expect(existsSync(join(clone, ".toolchain", "source-build"))).toBe(true);

    const before = log().length;
    unfold("setup", "--toolchain");
    expect(
      log()
        .slice(before)
        .filter((line) => /install|rustup/.test(line)),
    ).toEqual([]);
  });

  test("--toolchain arranges Debian's Rust, where it is installed, in the repository", () => {
    plant("npx");
    plant("turbo");
    plant("rustc", "echo /nowhere");
    plant("cargo", "exit 3");
    plant("wasm-ld-9");
    plant("wasm-ld-22");
    mkdirSync(join(folder, "lib/rustlib/src/rust/library"), { recursive: true });
    const { status, output } = unfold("setup", "--toolchain");
    const compiler = join(clone, ".toolchain/debian/bin/rustc");
    expect(readFileSync(compiler, "utf8")).toContain(`--sysroot "${clone}/.toolchain/debian/sysroot"`);
    expect(realpathSync(join(clone, ".toolchain/debian/bin/wasm-ld"))).toBe(join(programs, "wasm-ld-22"));
    expect(existsSync(join(clone, ".toolchain/debian/sysroot/lib/rustlib/wasm32-unknown-unknown/lib"))).toBe(true);
    // Without the tools there is no build from source yet.
    expect(output).toContain("wasm-bindgen could not be built (cargo ended with 3");
    expect(existsSync(join(clone, ".toolchain/source-build"))).toBe(false);
    expect(status).toBe(1);
  });

  test("--system as root installs a browser and the data that is not there with apt-get", () => {
    plant("npx");
    plant("turbo");
    plant("id", "echo 0");
    plant("apt-get");
    plant("dpkg-query", '[ "$3" = sword-text-kjv ] && echo "install ok installed"');
    unfold("setup", "--system");
    expect(log().filter((line) => line.startsWith("apt-get"))).toEqual([
      "apt-get -q update",
      "apt-get -q install -y --no-install-recommends chromium",
      "apt-get -q update",
      "apt-get -q install -y --no-install-recommends dataset-fashion-mnist sword-text-sparv",
    ]);
  });

  test("--system as another user names the exact command", () => {
    plant("npx");
    plant("id", "echo 1000");
    plant("apt-get");
    const { status, output } = unfold("setup", "--system");
    expect(output).toContain("Run: sudo apt-get install -y --no-install-recommends chromium");
    expect(status).toBe(1);
  });

  test("a tool that CHROME_PATH names but that is not there is an error", () => {
    const { status, stderr } = spawnSync(process.execPath, ["tooling/setup/run.mjs", "setup", "--check"], {
      cwd: clone,
      env: { PATH: programs, CHROME_PATH: "/no/such/chrome" },
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(stderr).toContain("CHROME_PATH names /no/such/chrome, which is not there");
    expect(status).toBe(1);
  });
});
