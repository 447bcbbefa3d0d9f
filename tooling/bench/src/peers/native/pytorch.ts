import type { LoadedLibrary } from "../../measure/measure-case.ts";
import { reasonOf } from "../../measure/unfinished.ts";
import type { Contender, NamedArray, Ways } from "../../work.ts";
import { type Answers, startPython } from "./python-process.ts";

/** PyTorch's ways to run a training step: how Adam updates, and the graph compiled. */
const MODES = ["eager", "foreach", "fused", "compiled"] as const;

export interface NativeLibraries {
  readonly libraries: readonly LoadedLibrary[];
  close(): void;
}

/**
 * PyTorch in each of its modes, on one thread; a mode that does not start is named on the standard error.
 * @param python the command, of a Python that has torch
 */
export async function openPyTorch(python: string): Promise<NativeLibraries> {
  const started: { readonly library: LoadedLibrary; readonly answers: Answers }[] = [];
  for (const mode of MODES) {
    try {
      const answers = startPython(python, mode);
      const version = String(await answers.ask({ what: "version", key: "" }));
      const name = `pytorch ${mode}`;
      started.push({
        library: { library: { name, version, threads: 1, isNative: true }, ways: waysOf(answers) },
        answers,
      });
    } catch (error) {
      console.error(`pytorch ${mode} is left out: ${reasonOf(error)}`);
    }
  }
  return {
    libraries: started.map(({ library }) => library),
    close: () => started.forEach(({ answers }) => answers.close()),
  };
}

function waysOf(answers: Answers): Ways {
  let prepared = 0;
  const contender = async (
    work: string,
    inputs: Packed,
    labels: Packed,
    parameters: readonly NamedArray[],
    settings: Readonly<Record<string, number | readonly string[]>> = {},
  ) => {
    const key = `${work} ${prepared++}`;
    const arrays = parameters.map(({ values, shape }) => packed(values, shape));
    await answers.ask({ what: "prepare", key, work, inputs, labels, parameters: arrays, ...settings });
    const time = async (runs: number): Promise<number> => Number(await answers.ask({ what: "time", key, runs }));
    return {
      run: async () => void (await time(1)),
      time,
      outputs: async () => (await answers.ask({ what: "outputs", key })) as Awaited<ReturnType<Contender["outputs"]>>,
      dispose: async () => void (await answers.ask({ what: "forget", key })),
    };
  };
  return {
    lenetStep: ({ batch, images, labels, parameters }) =>
      contender("lenetStep", packed(images, [batch, 1, 28, 28]), packed(labels, [batch]), parameters),
    mlpStep: ({ batch, inputs, labels, parameters }) =>
      contender("mlpStep", packed(inputs, [batch, inputs.length / batch]), packed(labels, [batch]), parameters),
    characterGruStep: ({ characters, next, parameters }) =>
      contender(
        "characterGruStep",
        packed(characters, [characters.length, 1]),
        packed(next, [next.length]),
        parameters,
      ),
    networkStep: ({ network, shape, images, labels, parameters }) =>
      network === "GoogLeNet" || network === "InceptionV3"
        ? undefined
        : contender(`networkStep ${network}`, packed(images, shape), packed(labels, [labels.length]), parameters, {
            names: parameters.map(({ name }) => name),
          }),
    gptStep: ({ batch, time, heads, tokens, next, parameters }) =>
      contender("gptStep", packed(tokens, [batch, time]), packed(next, [batch * time]), parameters, { heads }),
  };
}

/** An array in a request: four bytes a number, little endian, as base64. */
interface Packed {
  readonly shape: readonly number[];
  readonly bytes: string;
}

function packed(values: Float32Array | Int32Array, shape: readonly number[]): Packed {
  return { shape, bytes: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64") };
}
