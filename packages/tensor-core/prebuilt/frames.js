// Written by scripts/build-wasm.mjs from the crate's layout/frames.rs. Do not edit.

export const MAX_RANK = 8;
export const IMAGE_AXES = 3;

function writeSizes(heap, at, sizes) {
  const rank = sizes.length;
  heap[at] = rank;
  for (let axis = 0; axis < rank; axis++) heap[at + 1 + axis] = sizes[axis];
}

function writeStrides(heap, at, sizes, operand) {
  const { shape, strides } = operand;
  const axes = sizes.length;
  const missing = axes - operand.rank;
  for (let axis = 0; axis < axes; axis++) {
    const own = axis - missing;
    const stretches = own < 0 || (shape[own] === 1 && sizes[axis] !== 1);
    heap[at + axis] = stretches ? 0 : strides[own];
  }
}

export function writeShapeWalk(heap, at, { sizes }) {
  writeSizes(heap, at, sizes);
}

export function writeUnaryWalk(heap, at, { sizes, y, x }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, y);
  writeStrides(heap, at + 17, sizes, x);
}

export function writeBinaryWalk(heap, at, { sizes, y, a, b }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, y);
  writeStrides(heap, at + 17, sizes, a);
  writeStrides(heap, at + 25, sizes, b);
}

export function writeSelectWalk(heap, at, { sizes, y, condition, a, b }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, y);
  writeStrides(heap, at + 17, sizes, condition);
  writeStrides(heap, at + 25, sizes, a);
  writeStrides(heap, at + 33, sizes, b);
}

export function writeGatherWalk(heap, at, { sizes, y, index, x }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, y);
  writeStrides(heap, at + 17, sizes, index);
  writeStrides(heap, at + 25, sizes, x);
}

export function writeProductWalk(heap, at, { sizes, a, b, c }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, a);
  writeStrides(heap, at + 17, sizes, b);
  writeStrides(heap, at + 25, sizes, c);
}

export function writeAttentionWalk(heap, at, { sizes, q, k, v, mask, lengths }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, q);
  writeStrides(heap, at + 17, sizes, k);
  writeStrides(heap, at + 25, sizes, v);
  writeStrides(heap, at + 33, sizes, mask);
  writeStrides(heap, at + 41, sizes, lengths);
}

export function writeReducedWalk(heap, at, { sizes, x }) {
  writeSizes(heap, at, sizes);
  writeStrides(heap, at + 9, sizes, x);
}

export function writeReductionFrame(heap, at, { kept, reduced }) {
  writeUnaryWalk(heap, at, kept);
  writeReducedWalk(heap, at + 25, reduced);
}

export function writeProductFrame(heap, at, { rows, columns, depth, aRowStride, aColumnStride, bRowStride, bColumnStride, cRowStride, batch }) {
  heap[at] = rows;
  heap[at + 1] = columns;
  heap[at + 2] = depth;
  heap[at + 3] = aRowStride;
  heap[at + 4] = aColumnStride;
  heap[at + 5] = bRowStride;
  heap[at + 6] = bColumnStride;
  heap[at + 7] = cRowStride;
  writeProductWalk(heap, at + 8, batch);
}

export function writeConvolutionFrame(heap, at, { batch, groups, channels, filters, image, kernel, output, stride, padding, dilation, exact }) {
  heap[at] = batch;
  heap[at + 1] = groups;
  heap[at + 2] = channels;
  heap[at + 3] = filters;
  heap[at + 4] = image[0];
  heap[at + 5] = image[1];
  heap[at + 6] = image[2];
  heap[at + 7] = kernel[0];
  heap[at + 8] = kernel[1];
  heap[at + 9] = kernel[2];
  heap[at + 10] = output[0];
  heap[at + 11] = output[1];
  heap[at + 12] = output[2];
  heap[at + 13] = stride[0];
  heap[at + 14] = stride[1];
  heap[at + 15] = stride[2];
  heap[at + 16] = padding[0];
  heap[at + 17] = padding[1];
  heap[at + 18] = padding[2];
  heap[at + 19] = dilation[0];
  heap[at + 20] = dilation[1];
  heap[at + 21] = dilation[2];
  heap[at + 22] = exact;
}

export function writePoolingFrame(heap, at, { planes, image, output, adaptive, kernel, stride, padding, paddingAfter, dilation }) {
  heap[at] = planes;
  heap[at + 1] = image[0];
  heap[at + 2] = image[1];
  heap[at + 3] = image[2];
  heap[at + 4] = output[0];
  heap[at + 5] = output[1];
  heap[at + 6] = output[2];
  heap[at + 7] = adaptive;
  heap[at + 8] = kernel[0];
  heap[at + 9] = kernel[1];
  heap[at + 10] = kernel[2];
  heap[at + 11] = stride[0];
  heap[at + 12] = stride[1];
  heap[at + 13] = stride[2];
  heap[at + 14] = padding[0];
  heap[at + 15] = padding[1];
  heap[at + 16] = padding[2];
  heap[at + 17] = paddingAfter[0];
  heap[at + 18] = paddingAfter[1];
  heap[at + 19] = paddingAfter[2];
  heap[at + 20] = dilation[0];
  heap[at + 21] = dilation[1];
  heap[at + 22] = dilation[2];
}

export function writeSequenceFrame(heap, at, { time, batch, input, hidden, state, reverse }) {
  heap[at] = time;
  heap[at + 1] = batch;
  heap[at + 2] = input;
  heap[at + 3] = hidden;
  heap[at + 4] = state;
  heap[at + 5] = reverse;
}

export function writeAttentionFrame(heap, at, { queries, keys, size, valueSize, qRowStride, kRowStride, vRowStride, maskRowStride, maskColumnStride, causal, batch }) {
  heap[at] = queries;
  heap[at + 1] = keys;
  heap[at + 2] = size;
  heap[at + 3] = valueSize;
  heap[at + 4] = qRowStride;
  heap[at + 5] = kRowStride;
  heap[at + 6] = vRowStride;
  heap[at + 7] = maskRowStride;
  heap[at + 8] = maskColumnStride;
  heap[at + 9] = causal;
  writeAttentionWalk(heap, at + 10, batch);
}

export function writeWordsFrame(heap, at, { tokens, sentences, size, words, inputRows, paths, subwords, bag, window, shrink, negative, mean, order, round, seedLow, seedHigh, counterLow, counterHigh }) {
  heap[at] = tokens;
  heap[at + 1] = sentences;
  heap[at + 2] = size;
  heap[at + 3] = words;
  heap[at + 4] = inputRows;
  heap[at + 5] = paths;
  heap[at + 6] = subwords;
  heap[at + 7] = bag;
  heap[at + 8] = window;
  heap[at + 9] = shrink;
  heap[at + 10] = negative;
  heap[at + 11] = mean;
  heap[at + 12] = order;
  heap[at + 13] = round;
  heap[at + 14] = seedLow;
  heap[at + 15] = seedHigh;
  heap[at + 16] = counterLow;
  heap[at + 17] = counterHigh;
}
