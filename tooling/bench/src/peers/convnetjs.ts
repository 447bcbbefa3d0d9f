import type { Peer } from "../work.ts";
import { versionOf } from "./version.ts";

const LENET = [
  { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 },
  { type: "conv", sx: 5, filters: 6, stride: 1, pad: 2, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "conv", sx: 5, filters: 16, stride: 1, pad: 0, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "fc", num_neurons: 120, activation: "relu" },
  { type: "fc", num_neurons: 84, activation: "relu" },
  { type: "softmax", num_classes: 10 },
];

/**
 * convnetjs: convolutional networks in plain JavaScript and f64, one image at a time. The published version has no
 * Adam; adadelta, like Adam, keeps two running averages for each parameter.
 */
export const convnetjs: Peer = {
  name: "convnetjs",
  version: versionOf("convnetjs"),
  canShare: false,
  async load() {
    const { default: library } = await import("convnetjs");
    return {
      lenetStep({ batch, images, labels, parameters }) {
        const net = new library.Net();
        net.makeLayers(LENET);
        const arrays = net.getParamsAndGrads();
        // Its filters and biases one after the other are a layer's weight and bias, apart from the order within.
        const given = parameters.flatMap(({ values }) => [...values]);
        let place = 0;
        const places = arrays.map(({ params }) => {
          const start = place;
          place += params.length;
          return channelsFirst(params.length).map((at) => start + at);
        });
        arrays.forEach(({ params }, i) => places[i]?.forEach((at, j) => (params[j] = given[at] ?? NaN)));

        const volumes = Array.from({ length: batch }, (_, i) => {
          const volume = new library.Vol(28, 28, 1, 0);
          volume.w.set(images.subarray(i * 784, (i + 1) * 784));
          return volume;
        });
        const trainer = new library.Trainer(net, { method: "adadelta", batch_size: batch, ro: 0.95, eps: 1e-6 });
        return {
          run: () => volumes.forEach((volume, i) => trainer.train(volume, labels[i] ?? NaN)),
          outputs() {
            let loss = 0;
            volumes.forEach((volume, i) => {
              net.forward(volume, true);
              loss += net.backward(labels[i] ?? NaN) / batch;
            });
            const gradients = new Float64Array(given.length);
            arrays.forEach(({ grads }, i) => {
              places[i]?.forEach((at, j) => (gradients[at] = (grads[j] ?? NaN) / batch));
              grads.fill(0);
            });
            return { loss: [loss], gradients };
          },
          dispose() {},
        };
      },
    };
  },
};

/**
 * Where each element of one of its arrays stands in PyTorch's order. It keeps (height, width, channels); the filters
 * of convolution 2 have 6 channels of 5 × 5, those of dense 1 see 16 channels of 5 × 5. The rest has one order.
 */
function channelsFirst(length: number): readonly number[] {
  const channels = length === 6 * 25 ? 6 : length === 16 * 25 ? 16 : 1;
  const pixels = length / channels;
  return Array.from({ length }, (_, i) => (i % channels) * pixels + Math.floor(i / channels));
}
