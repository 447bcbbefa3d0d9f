//! Threads change no bit. One test, in a process of its own: the crew is the process's.

use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use unfold_core::crew;
use unfold_core::gemm::batch::multiply_batch;
use unfold_core::gemm::micro::SixByEight;
use unfold_core::gemm::product::Product;
use unfold_core::gemm::{Matrix, Output, Start};
use unfold_core::kernels::attention::{
    Additive, Attention, Dropout, Gradients as AttentionGradients, Incoming as Remembered, Mask, Results as Attended,
    additive_scores, additive_scores_gradient, backward as attend_back, forward as attend,
};
use unfold_core::kernels::convolution::filter_gradient::filter_gradient;
use unfold_core::kernels::convolution::image_gradient::image_gradient;
use unfold_core::kernels::convolution::{Algorithm, Convolution, convolve};
use unfold_core::kernels::copy::cast::cast;
use unfold_core::kernels::copy::element::Element;
use unfold_core::kernels::decompose::singular::{Singular, singular_values};
use unfold_core::kernels::decompose::symmetric::{Triangle, symmetric_eigen};
use unfold_core::kernels::elementwise::{Binary, Unary, binary, unary};
use unfold_core::kernels::gather::non_zero::{count_non_zero, non_zero};
use unfold_core::kernels::gather::resample::{SparseRows, resample};
use unfold_core::kernels::normalise::{
    BatchNorm, Gradients, GroupNorm, LayerNorm, Response, batch_norm, batch_norm_apply, batch_norm_gradient,
    group_norm, group_norm_gradient, layer_norm, layer_norm_gradient, local_response_norm,
    local_response_norm_gradient,
};
use unfold_core::kernels::pooling::maximum::{maximum, scatter};
use unfold_core::kernels::pooling::{Pooling, Windows};
use unfold_core::kernels::project::t_sne::{Near, t_sne_forces};
use unfold_core::kernels::random::{Stream, below, bernoulli, normal, permutation, uniform};
use unfold_core::kernels::recurrent::{
    Forwarded, Gradients as StateGradients, Incoming, Recurrence, Results, Sequence, Weights, backward, forward,
};
use unfold_core::kernels::reduce::{Axes, Moment, Reduction, moment, reduce, sum_in_parts};
use unfold_core::kernels::softmax::softmax;
use unfold_core::kernels::sort::search::{Search, search_sorted};
use unfold_core::kernels::sort::similar::{Rows, Similar, similar_rows};
use unfold_core::kernels::sort::{Order, sorted};
use unfold_core::kernels::word_vectors::glove::{Counts, Side, learn as learn_glove};
use unfold_core::kernels::word_vectors::{self as words_learnt, Model, Settings, Text, learn};
use unfold_core::lane::Scalar;
use unfold_core::layout::Walk;

type Kernel = SixByEight<Scalar>;

const MOST: usize = 4;

fn values(count: usize) -> Vec<f32> {
    (0..count as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    crew::set_workers(MOST, true);
    for index in 1..MOST {
        std::thread::spawn(move || crew::help(index));
    }
    while crew::helpers() < MOST - 1 {
        std::thread::yield_now();
    }
    parts_are_done_once_each();
    a_part_shares_nothing();
    for (name, kernel) in kernels() {
        let results = [1, 2, 3, MOST].map(|workers| {
            crew::set_workers(workers, workers % 2 == 0);
            kernel().into_iter().map(f32::to_bits).collect::<Vec<_>>()
        });
        assert!(results[0].len() > 1, "{name}");
        assert!(results.iter().all(|result| *result == results[0]), "{name} depends on the number of threads");
    }
}

fn parts_are_done_once_each() {
    for round in 0..3000 {
        let count = round % 67;
        let times: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        // SAFETY: parts count up different numbers.
        unsafe {
            crew::share(count, 1_000_000, |i| {
                times[i].fetch_add(1, SeqCst);
            });
        }
        assert!(times.iter().all(|times| times.load(SeqCst) == 1), "round {round}");
        if round % 500 == 0 {
            std::thread::sleep(core::time::Duration::from_millis(20)); // until the helpers sleep
        }
    }
    helpers_come_to_parts();
    let sum = AtomicU32::new(0);
    // SAFETY: as above.
    unsafe {
        crew::share(3_000_000, 1_000_000, |i| {
            sum.fetch_add(1 + (i % 2) as u32, SeqCst);
        });
    }
    assert_eq!(sum.load(SeqCst), 4_500_000, "many parts");
}

/// Shares parts that last until helpers have come to each number of them: when, is the scheduler's to say.
fn helpers_come_to_parts() {
    let limit = std::time::Instant::now() + core::time::Duration::from_secs(60);
    let seen = AtomicU32::new(0);
    while seen.load(SeqCst).count_ones() < MOST as u32 {
        // SAFETY: parts count up different numbers.
        unsafe {
            crew::share(200, 1_000_000_000, |_| {
                std::thread::sleep(core::time::Duration::from_millis(1));
                seen.fetch_or(1 << crew::worker(), SeqCst);
            });
        }
        assert!(std::time::Instant::now() < limit, "workers that did anything in a minute: {:b}", seen.load(SeqCst));
    }
}

fn a_part_shares_nothing() {
    let inner = AtomicU32::new(0);
    // SAFETY: as above.
    unsafe {
        crew::share(8, 1_000_000, |_| {
            let worker = crew::worker();
            crew::share(5, 1_000_000, |_| {
                assert_eq!(crew::worker(), worker);
                inner.fetch_add(1, SeqCst);
            });
        });
    }
    assert_eq!(inner.load(SeqCst), 40);
}

fn sparse_rows([outer, size, inner]: [usize; 3]) -> Vec<f32> {
    let rows = 90;
    let starts: Vec<i32> = (0..=rows as i32).map(|i| 3 * i).collect();
    let places: Vec<i32> = (0..3 * rows).map(|i| ((i * 7) % size) as i32).collect();
    let (weights, x) = (values(3 * rows), values(outer * size * inner));
    let mut y = vec![0.0; outer * rows * inner];
    let rows = SparseRows { starts: &starts, places: &places, weights: &weights };
    // SAFETY: x and y have the sizes said, places lie within them.
    unsafe { resample::<Scalar>([outer, size, inner], rows, x.as_ptr(), y.as_mut_ptr()) };
    y
}

type Kernels = Vec<(String, Box<dyn Fn() -> Vec<f32>>)>;

fn kernels() -> Kernels {
    let mut all: Kernels = vec![];
    // Square, with edges, few rows, one row, an LSTM's gates (batch 32, 128 → 4 · 256).
    for [rows, columns, depth] in [[97, 101, 103], [8, 512, 300], [1, 700, 900], [32, 1024, 128], [700, 1, 900]] {
        for transposed in [[false, false], [true, false], [false, true], [true, true]] {
            all.push((
                format!("product {rows} × {columns} × {depth} {transposed:?}"),
                Box::new(move || product(rows, columns, depth, transposed)),
            ));
        }
    }
    all.push(("batch of products".into(), Box::new(batch)));
    for (batch, groups, channels, filters, size, kernel, stride) in [
        (1, 1, 16, 20, 21, 3, 1),
        (9, 1, 4, 20, 14, 3, 1),
        (1, 1, 32, 64, 28, 3, 1),
        (64, 1, 1, 6, 28, 5, 1),
        (64, 1, 6, 16, 14, 5, 1),
        (1, 24, 24, 24, 33, 3, 1),
        (10, 1, 24, 16, 20, 1, 1),
        (2, 2, 8, 16, 40, 3, 2),
    ] {
        let [output, padding] = [(size - 1) / stride + 1, kernel / 2].map(|n| [n, n]);
        let shape = Convolution {
            batch,
            groups,
            channels,
            filters,
            image: [size, size],
            kernel: [kernel, kernel],
            output,
            stride: [stride, stride],
            padding,
            dilation: [1, 1],
        };
        all.push((format!("{shape:?}"), Box::new(move || convolution(&shape))));
    }
    all.push(("elementwise".into(), Box::new(elementwise)));
    all.push(("casts".into(), Box::new(casts)));
    all.push(("reductions".into(), Box::new(reductions)));
    all.push(("softmax".into(), Box::new(rows)));
    // Many rows, few wide ones, rows that are cut themselves.
    for [count, size] in [[400, 300], [9, 30_000], [3, 100_003]] {
        all.push((format!("layer norm {count} × {size}"), Box::new(move || layer_norms(count, size))));
    }
    // Runs, few long runs, one plane, columns of a few pixels, features, many planes of few features.
    for [planes, channels, size] in [[24, 16, 784], [200, 2, 500], [1, 2, 200_003], [70, 96, 5], [900, 12, 1]] {
        let run = move || batch_norms(planes, channels, size);
        all.push((format!("batch norm {planes} × {channels} × {size}"), Box::new(run)));
    }
    // Packed weights and few rows, with gates in one pass and in two, and a projection.
    for (recurrence, [batch, hidden], state) in [
        (Recurrence::Tanh, [2, 200], 200),
        (Recurrence::Lstm, [9, 70], 70),
        (Recurrence::Lstm, [20, 100], 60),
        (Recurrence::GruResetAfter, [12, 90], 90),
        (Recurrence::GruResetBefore, [3, 130], 130),
        (Recurrence::GruResetBefore, [12, 90], 90),
    ] {
        let run = move || recurrent(recurrence, [5, batch, 40], [hidden, state]);
        all.push((format!("{recurrence:?} {batch} × {hidden} → {state}"), Box::new(run)));
    }
    // Samples enough to share, one with large groups, one with one channel.
    for [samples, groups, channels, size] in [[60, 4, 8, 196], [1, 2, 8, 20_000], [1, 1, 1, 200_003]] {
        let run = move || group_norms([samples, groups, channels, size]);
        all.push((format!("group norm {samples} × {groups} × {channels} × {size}"), Box::new(run)));
    }
    // More items than threads, one in several tiles of queries, few queries.
    for [items, queries, keys] in [[9, 30, 40], [1, 200, 300], [2, 3, 700]] {
        let run = move || attention([items, queries, keys]);
        all.push((format!("attention {items} × {queries} × {keys}"), Box::new(run)));
    }
    for bag in [false, true] {
        all.push((format!("words, by bags: {bag}"), Box::new(move || words(bag))));
    }
    all.push(("words and contexts".into(), Box::new(words_and_contexts)));
    all.push(("additive scores".into(), Box::new(additive)));
    all.push(("local response norm".into(), Box::new(responses)));
    // Along the last axis, along one before it, and of few long rows.
    for sizes in [[901, 60, 1], [7, 60, 333], [1, 60, 40_000]] {
        all.push((format!("sparse rows {sizes:?}"), Box::new(move || sparse_rows(sizes))));
    }
    all.push(("places that are not zero".into(), Box::new(places)));
    for count in [5, 800] {
        all.push((format!("first {count} of 800"), Box::new(move || sort(count))));
    }
    for bytes in [false, true] {
        all.push((format!("similar rows, bytes {bytes}"), Box::new(move || similar(bytes))));
    }
    all.push(("places in a sequence".into(), Box::new(searched)));
    all.push(("eigenvalues of a batch".into(), Box::new(eigenvalues)));
    all.push(("singular values of a batch".into(), Box::new(singular)));
    all.push(("forces of t-SNE".into(), Box::new(t_sne)));
    all.push(("pooling".into(), Box::new(pooling)));
    all.push(("random".into(), Box::new(random)));
    all
}

fn product(rows: usize, columns: usize, depth: usize, [a_transposed, b_transposed]: [bool; 2]) -> Vec<f32> {
    let (a, b, mut c) = (values(rows * depth), values(depth * columns), values(rows * columns));
    let matrix = |data: &[f32], rows: usize, columns: usize, transposed: bool| {
        if transposed { Matrix::rows(data.as_ptr(), rows).transposed() } else { Matrix::rows(data.as_ptr(), columns) }
    };
    let (a, b) = (matrix(&a, rows, depth, a_transposed), matrix(&b, depth, columns, b_transposed));
    let output = Output { pointer: c.as_mut_ptr(), row: columns };
    // SAFETY: operands were made with these sizes.
    unsafe { Product { rows, columns, depth, a, b, start: Start::Output, c: output, packed: None }.run::<Kernel>() }
        .unwrap();
    c
}

fn batch() -> Vec<f32> {
    let (items, size) = (40, 37);
    let (a, b, mut c) = (values(items * size * size), values(items * size * size), vec![0.0; items * size * size]);
    let [a, b] = [&a, &b].map(|data| Matrix::rows(data.as_ptr(), size));
    let output = Output { pointer: c.as_mut_ptr(), row: size };
    let product = Product { rows: size, columns: size, depth: size, a, b, start: Start::Zero, c: output, packed: None };
    // SAFETY: operands hold all items.
    unsafe { multiply_batch::<Kernel>(product, Walk::along(items, [size * size; 3])) }.unwrap();
    c
}

/// The convolution, the gradient by the image and that by the filters, in one row.
fn convolution(s: &Convolution) -> Vec<f32> {
    let (x, w) = (values(s.batch * s.channels * s.image_pixels()), values(s.filters * s.depth()));
    let dy = values(s.batch * s.filters * s.output_pixels());
    let [mut y, mut dx, mut dw] = [dy.len(), x.len(), w.len()].map(|count| vec![0.0; count]);
    // SAFETY: every operand was made with the shape's sizes.
    unsafe {
        let (forward, backward) = (Algorithm::fastest(s), Algorithm::fastest_gradient(s));
        convolve::<Kernel>(s, forward, x.as_ptr(), w.as_ptr(), None, y.as_mut_ptr()).unwrap();
        image_gradient::<Kernel>(s, backward, dy.as_ptr(), w.as_ptr(), dx.as_mut_ptr()).unwrap();
        filter_gradient::<Kernel>(s, x.as_ptr(), dy.as_ptr(), dw.as_mut_ptr()).unwrap();
    }
    [y, dx, dw].concat()
}

fn elementwise() -> Vec<f32> {
    let (rows, columns) = (300, 331);
    let (x, bias) = (values(rows * columns), values(columns));
    let [mut y, mut z, mut angles] = [0, 1, 2].map(|_| vec![0.0; rows * columns]);
    let row = columns as i32;
    let walk = Walk::new(&[rows as i32, row], [&[row, 1], &[row, 1], &[0, 1]]);
    // SAFETY: the operands have the walk's sizes.
    unsafe {
        unary::<Scalar>(Unary::Exp, &Walk::contiguous(x.len()), x.as_ptr(), y.as_mut_ptr());
        binary::<Scalar>(Binary::Add, &walk, x.as_ptr(), bias.as_ptr(), z.as_mut_ptr());
        binary::<Scalar>(Binary::Atan2, &Walk::contiguous(x.len()), z.as_ptr(), x.as_ptr(), angles.as_mut_ptr());
    }
    [y, z, angles].concat()
}

/// To halves and back, of rows and of columns, and by way of a block from halves to halves.
fn casts() -> Vec<f32> {
    let [rows, columns] = [190, 333];
    let x = values(rows * columns);
    let mut out = vec![];
    for [row, column] in [[columns, 1], [1, rows]] {
        let mut walk = Walk::<2>::contiguous(1);
        (walk.rank, walk.sizes[0], walk.sizes[1]) = (2, rows, columns);
        walk.strides[0][..2].copy_from_slice(&[columns as isize, 1]);
        walk.strides[1][..2].copy_from_slice(&[row as isize, column as isize]);
        let (mut half, mut brain, mut back) = (vec![0u16; x.len()], vec![0u16; x.len()], vec![0.0f32; x.len()]);
        let [halves, brains]: [*mut u8; 2] = [half.as_mut_ptr().cast(), brain.as_mut_ptr().cast()];
        // SAFETY: each holds rows · columns elements.
        unsafe {
            cast(&walk, Element::F32, Element::F16, x.as_ptr().cast(), halves);
            cast(&walk, Element::F16, Element::Bf16, halves, brains);
            cast(&walk, Element::Bf16, Element::F32, brains, back.as_mut_ptr().cast());
        }
        out.extend(back);
    }
    out
}

fn reductions() -> Vec<f32> {
    let x = values(700 * 601);
    let mut results = vec![];
    // All of it, by rows, by columns: kept walk (y, x), then the reduced one (x).
    for (kept, reduced) in [
        (Walk::along(1, [1, 1]), Walk::along(420_700, [1])),
        (Walk::along(700, [1, 601]), Walk::along(601, [1])),
        (Walk::along(601, [1, 1]), Walk::along(700, [601])),
    ] {
        // SAFETY: the operands have the walks' sizes.
        unsafe {
            let axes = Axes::new(kept, reduced);
            let mut y = vec![0.0; axes.kept.len()];
            reduce::<Scalar>(Reduction::Sum, &axes, x.as_ptr(), y.as_mut_ptr());
            results.extend(&y);
            for of in [Moment::Norm, Moment::Variance] {
                moment::<Scalar>(of, 7.0, &axes, x.as_ptr(), y.as_mut_ptr());
                results.extend(&y);
            }
        }
    }
    // SAFETY: the parts write nothing.
    let squares = unsafe { sum_in_parts(x.len(), |some| x[some].iter().map(|&x| f64::from(x * x)).sum()) };
    results.push(squares as f32);
    results
}

fn rows() -> Vec<f32> {
    let (x, mut y) = (values(400 * 300), vec![0.0; 400 * 300]);
    // SAFETY: the slices have the sizes given.
    unsafe { softmax::<Scalar>(400, 300, x.as_ptr(), y.as_mut_ptr()) };
    y
}

/// y, the statistics and the gradients in one row.
fn layer_norms(rows: usize, size: usize) -> Vec<f32> {
    let (x, dy, weight) = (values(rows * size), values(2 * rows * size).split_off(rows * size), values(size));
    let of = LayerNorm { rows, size, centred: true, epsilon: 1e-5, weight: weight.as_ptr(), bias: x.as_ptr() };
    let [mut y, mut dx] = [0, 1].map(|_| vec![0.0; x.len()]);
    let [mut mean, mut inverse] = [0, 1].map(|_| vec![0.0; rows]);
    let [mut dweight, mut dbias] = [0, 1].map(|_| vec![0.0; size]);
    let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: dbias.as_mut_ptr() };
    // SAFETY: the slices have the sizes given.
    unsafe {
        layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr());
        let (mean, inverse) = (mean.as_ptr(), inverse.as_ptr());
        layer_norm_gradient::<Scalar>([rows, size], dy.as_ptr(), x.as_ptr(), mean, inverse, of.weight, to).unwrap();
    }
    [y, mean, inverse, dx, dweight, dbias].concat()
}

/// y, the statistics, y by them and the gradients in one row.
fn batch_norms(planes: usize, channels: usize, size: usize) -> Vec<f32> {
    let count = planes * channels * size;
    let (x, dy, weight) = (values(count), values(2 * count).split_off(count), values(channels));
    let of =
        BatchNorm { planes, channels, size, given: false, epsilon: 1e-5, weight: weight.as_ptr(), bias: dy.as_ptr() };
    let [mut y, mut again, mut dx] = [0, 1, 2].map(|_| vec![0.0; count]);
    let [mut mean, mut variance, mut dweight, mut dbias] = [0, 1, 2, 3].map(|_| vec![0.0; channels]);
    let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: dbias.as_mut_ptr() };
    // SAFETY: the slices have the sizes given.
    unsafe {
        batch_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), variance.as_mut_ptr()).unwrap();
        let (mean, variance) = (mean.as_ptr(), variance.as_ptr());
        batch_norm_apply::<Scalar>(&of, x.as_ptr(), mean, variance, again.as_mut_ptr()).unwrap();
        batch_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), mean, variance, to).unwrap();
    }
    [y, mean, variance, again, dx, dweight, dbias].concat()
}

/// Output, weights and the gradients in one row.
fn attention([items, queries, keys]: [usize; 3]) -> Vec<f32> {
    let (size, value_size) = (21, 34);
    let [q, k, v, dy] =
        [queries * size, keys * size, keys * value_size, queries * value_size].map(|count| values(items * count));
    let [mut y, mut weights, mut rows, mut dq, mut dk, mut dv] =
        [queries * value_size, queries * keys, queries * 2, queries * size, keys * size, keys * value_size]
            .map(|count| vec![0.0; items * count]);
    let none = core::ptr::null();
    let of = Attention {
        queries,
        keys,
        size,
        value_size,
        scale: 0.3,
        causal: items == 1,
        q: Matrix::rows(q.as_ptr(), size),
        k: Matrix::rows(k.as_ptr(), size),
        v: Matrix::rows(v.as_ptr(), value_size),
        mask: Mask { added: none, taking_part: core::ptr::null(), row: 0, column: 0 },
        lengths: core::ptr::null(),
        dropout: Some(Dropout { stream: Stream { seed: [1, 2], counter: 3 }, keep: 0.7 }),
        batch: Walk::along(items, [queries * size, keys * size, keys * value_size, 0, 0]),
    };
    let to = Attended { y: y.as_mut_ptr(), weights: weights.as_mut_ptr(), rows: rows.as_mut_ptr() };
    let to_gradients =
        AttentionGradients { q: dq.as_mut_ptr(), k: dk.as_mut_ptr(), v: dv.as_mut_ptr(), mask: core::ptr::null_mut() };
    // SAFETY: operands were made with these sizes.
    unsafe {
        attend::<Kernel>(&of, &to).unwrap();
        let from = Remembered { y: y.as_ptr(), rows: rows.as_ptr(), dy: dy.as_ptr() };
        attend_back::<Kernel>(&of, &from, &to_gradients).unwrap();
    }
    [y, weights, rows, dq, dk, dv].concat()
}

/// Scores and their gradients.
fn additive() -> Vec<f32> {
    let [items, queries, keys, size] = [7, 9, 40, 30];
    let (q, k, v) = (values(items * queries * size), values(items * keys * size), values(size));
    let of = Additive { items, queries, keys, size, q: q.as_ptr(), k: k.as_ptr(), v: v.as_ptr() };
    let (mut dq, mut dk, mut dv) = (vec![0.0; q.len()], vec![0.0; k.len()], vec![0.0; size]);
    let mut y = vec![0.0; items * queries * keys];
    // SAFETY: operands were made with these sizes.
    unsafe {
        additive_scores::<Scalar>(&of, y.as_mut_ptr());
        let to = [dq.as_mut_ptr(), dk.as_mut_ptr(), dv.as_mut_ptr()];
        additive_scores_gradient::<Scalar>(&of, y.as_ptr(), to).unwrap();
    }
    [y, dq, dk, dv].concat()
}

/// Output, last states, what is saved and the gradients in one row.
fn recurrent(recurrence: Recurrence, [time, batch, input]: [usize; 3], [hidden, state]: [usize; 2]) -> Vec<f32> {
    let lengths: Vec<i32> = (0..batch as i32).map(|item| item % (time as i32 + 1)).collect();
    let lengths = lengths.as_ptr();
    let of = Sequence { recurrence, time, batch, input, hidden, state, reverse: false, lengths };
    let small = |count: usize| -> Vec<f32> { values(count).iter().map(|x| x * 0.2).collect() };
    let (places, rows) = (time * batch, recurrence.gates() * hidden);
    let (x, initial, dy) = (values(places * input), values(batch * hidden), values(places * state));
    let [input_weight, state_weight, bias, projection] = [rows * input, rows * state, rows, state * hidden].map(small);
    let [mut output, mut dprojected] = [0, 1].map(|_| vec![0.0; places * state]);
    let [mut h_last, mut dh0] = [0, 1].map(|_| vec![0.0; batch * state]);
    let [mut c_last, mut dc0] = [0, 1].map(|_| vec![0.0; batch * hidden]);
    let [mut gates, mut cells, mut full] = [recurrence.saved(), 1, 1].map(|count| vec![0.0; places * count * hidden]);
    let [mut dgates, mut dstate_gates] = [0, 1].map(|_| vec![0.0; places * rows]);
    let only = |wanted: bool, of: &mut [f32]| if wanted { of.as_mut_ptr() } else { core::ptr::null_mut() };
    let (is_lstm, projects) = (recurrence == Recurrence::Lstm, state != hidden);
    let projection = if projects { projection.as_ptr() } else { core::ptr::null() };
    let weights = Weights {
        input: input_weight.as_ptr(),
        state: state_weight.as_ptr(),
        input_bias: bias.as_ptr(),
        state_bias: bias.as_ptr(),
        projection,
        packed: [core::ptr::null(); 2],
    };
    let results = Results {
        output: output.as_mut_ptr(),
        h_last: h_last.as_mut_ptr(),
        c_last: only(is_lstm, &mut c_last),
        gates: gates.as_mut_ptr(),
        cells: only(is_lstm, &mut cells),
        hidden: only(projects, &mut full),
    };
    let to = StateGradients {
        gates: dgates.as_mut_ptr(),
        state_gates: only(recurrence == Recurrence::GruResetAfter, &mut dstate_gates),
        projected: only(projects, &mut dprojected),
        h0: dh0.as_mut_ptr(),
        c0: only(is_lstm, &mut dc0),
    };
    // SAFETY: everything was made with the sequence's sizes.
    unsafe {
        let (h0, c0) = (initial.as_ptr(), initial.as_ptr());
        forward::<Kernel>(&of, x.as_ptr(), &weights, [h0, c0], &results).unwrap();
        let from = Forwarded { output: output.as_ptr(), gates: gates.as_ptr(), cells: cells.as_ptr(), h0, c0 };
        let incoming = Incoming { output: dy.as_ptr(), h_last: dy.as_ptr(), c_last: initial.as_ptr() };
        backward::<Kernel>(&of, [weights.state, projection], &from, &incoming, &to).unwrap();
    }
    [output, h_last, c_last, gates, cells, full, dgates, dstate_gates, dprojected, dh0, dc0].concat()
}

/// y, the statistics and the gradients in one row.
fn group_norms([samples, groups, channels, size]: [usize; 4]) -> Vec<f32> {
    let (count, every) = (samples * groups * channels * size, groups * channels);
    let (x, dy, weight) = (values(count), values(2 * count).split_off(count), values(every));
    let (weights, bias) = (weight.as_ptr(), dy.as_ptr());
    let of = GroupNorm { samples, groups, channels, size, epsilon: 1e-5, weight: weights, bias };
    let [mut y, mut dx] = [0, 1].map(|_| vec![0.0; count]);
    let [mut mean, mut inverse] = [0, 1].map(|_| vec![0.0; samples * groups]);
    let [mut dweight, mut dbias] = [0, 1].map(|_| vec![0.0; every]);
    let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: dbias.as_mut_ptr() };
    // SAFETY: the slices have the sizes given.
    unsafe {
        group_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr());
        group_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), mean.as_ptr(), inverse.as_ptr(), to).unwrap();
    }
    [y, mean, inverse, dx, dweight, dbias].concat()
}

fn responses() -> Vec<f32> {
    let of = Response { samples: 3, channels: 24, size: 901, window: 5, alpha: 0.3, beta: 0.75, k: 1.0 };
    let count = of.samples * of.channels * of.size;
    let (x, dy, [mut y, mut dx]) =
        (values(count), values(2 * count).split_off(count), [vec![0.0; count], vec![0.0; count]]);
    // SAFETY: the slices have the sizes given.
    unsafe {
        local_response_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr());
        local_response_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), dx.as_mut_ptr()).unwrap();
    }
    [y, dx].concat()
}

fn places() -> Vec<f32> {
    let x: Vec<f32> = values(700 * 601).into_iter().map(|x| x.max(0.0)).collect();
    // SAFETY: the frame is complete, and x and y have the sizes in it.
    unsafe {
        let count = count_non_zero(x.len(), x.as_ptr());
        let mut y = vec![-1; 2 * count];
        non_zero(&Walk::new(&[700, 601], []), count, x.as_ptr(), y.as_mut_ptr());
        y.into_iter().map(|i| i as f32).collect()
    }
}

fn sort(count: usize) -> Vec<f32> {
    let (x, mut y, mut indices) = (values(300 * 800), vec![0.0; 300 * count], vec![0; 300 * count]);
    // SAFETY: the slices have the sizes given.
    unsafe {
        let (y, indices) = (y.as_mut_ptr(), indices.as_mut_ptr());
        sorted([300, 800, count], Order::Descending, x.as_ptr(), y, indices).unwrap();
    }
    y.extend(indices.iter().map(|&i| i as f32));
    y
}

/// Two blocks of queries over rows that are cut into many pieces, as floats and as bytes.
fn similar(bytes: bool) -> Vec<f32> {
    let shape = Similar { queries: 67, rows: 3001, size: 37, count: 9 };
    let (queries, x) = (values(67 * 37), values(3001 * 37));
    let rounded: Vec<i8> = x.iter().map(|x| (x * 127.0) as i8).collect();
    let rows = if bytes { Rows::I8(rounded.as_ptr()) } else { Rows::F32(x.as_ptr()) };
    let (mut y, mut indices) = (vec![0.0; 67 * 9], vec![0; 67 * 9]);
    // SAFETY: the slices have the sizes given.
    unsafe {
        let (y, indices) = (y.as_mut_ptr(), indices.as_mut_ptr());
        similar_rows::<Scalar>(&shape, queries.as_ptr(), rows, core::ptr::null(), y, indices).unwrap();
    }
    y.extend(indices.iter().map(|&i| i as f32));
    y
}

fn searched() -> Vec<f32> {
    let mut sequence = values(999);
    sequence.sort_by(f32::total_cmp);
    let (x, mut y) = (values(20_003), vec![-1; 20_003]);
    let of = Search { rows: 1, size: 999, count: x.len(), one: true, right: false };
    // SAFETY: the slices have the sizes given.
    unsafe { search_sorted(&of, sequence.as_ptr(), core::ptr::null(), x.as_ptr(), y.as_mut_ptr()) };
    y.into_iter().map(|i| i as f32).collect()
}

fn eigenvalues() -> Vec<f32> {
    let (x, mut vectors, mut y) = (values(23 * 81), vec![0.0; 23 * 81], vec![0.0; 23 * 9]);
    // SAFETY: the slices have the sizes given.
    unsafe { symmetric_eigen(23, 9, Triangle::Both, x.as_ptr(), y.as_mut_ptr(), vectors.as_mut_ptr()) }.unwrap();
    y.extend(vectors);
    y
}

fn singular() -> Vec<f32> {
    let of = Singular { batch: 19, rows: 8, columns: 5, full: true };
    let (x, mut u, mut y, mut vt) = (values(19 * 40), vec![0.0; 19 * 64], vec![0.0; 19 * 5], vec![0.0; 19 * 25]);
    // SAFETY: the slices have the sizes given.
    unsafe { singular_values(&of, x.as_ptr(), u.as_mut_ptr(), y.as_mut_ptr(), vt.as_mut_ptr()) }.unwrap();
    y.extend(u.into_iter().chain(vt));
    y
}

fn t_sne() -> Vec<f32> {
    const COUNT: usize = 1003;
    let (points, mut y) = (values(2 * COUNT), vec![0.0; 2 * COUNT + 1]);
    let starts: Vec<i32> = (0..=COUNT as i32).map(|i| 7 * i).collect();
    let places: Vec<i32> = (0..7 * COUNT).map(|i| (i * 31 % COUNT) as i32).collect();
    let shares = values(places.len());
    let near = Near { starts: starts.as_ptr(), places: places.as_ptr(), values: shares.as_ptr(), exaggeration: 12.0 };
    // SAFETY: the slices have the sizes given.
    unsafe {
        let (gradient, sum) = (y.as_mut_ptr(), y.as_mut_ptr().add(2 * COUNT));
        t_sne_forces::<Scalar>(COUNT, points.as_ptr(), &near, 0.5, gradient, sum).unwrap();
    }
    y
}

fn pooling() -> Vec<f32> {
    let windows =
        Windows::Sliding { kernel: [2, 2], stride: [2, 2], padding: [0, 0], padding_after: [0, 0], dilation: [1, 1] };
    let shape = Pooling { planes: 96, image: [28, 28], output: [14, 14], windows };
    let x = values(96 * 784);
    let (mut y, mut indices, mut dx) = (vec![0.0; 96 * 196], vec![0; 96 * 196], vec![0.0; 96 * 784]);
    // SAFETY: the slices have the shape's sizes.
    unsafe {
        maximum::<Scalar>(&shape, x.as_ptr(), y.as_mut_ptr(), indices.as_mut_ptr());
        assert!(scatter([96, 784, 196], y.as_ptr(), indices.as_ptr(), dx.as_mut_ptr()));
    }
    [y, dx].concat()
}

/// Each distribution from the same counter, of a count that fills neither the last block nor the last group.
fn random() -> Vec<f32> {
    let count = 50_003;
    let stream = Stream { seed: [1, 2], counter: u64::from(u32::MAX) };
    let [mut normals, mut uniforms, mut trials] = [0, 1, 2].map(|_| vec![0.0; count]);
    let [mut integers, mut order] = [0, 1].map(|_| vec![0; count]);
    // SAFETY: the count is the length.
    unsafe {
        normal::<Scalar>(stream, count, 0.0, 1.0, normals.as_mut_ptr());
        uniform::<Scalar>(stream, count, -1.0, 1.0, uniforms.as_mut_ptr());
        bernoulli::<Scalar>(stream, count, 0.3, 2.0, trials.as_mut_ptr());
        below(stream, count, 5, 1000, integers.as_mut_ptr());
        permutation(stream, count, order.as_mut_ptr());
    }
    integers.extend(order);
    [normals, uniforms, trials, integers.into_iter().map(|i| i as f32).collect()].concat()
}

/// Text in which frequent words are in all parts, and most others in a few.
fn words(bag: bool) -> Vec<f32> {
    const COUNT: usize = 3000;
    const WORDS: usize = 700;
    const SIZE: usize = 20;
    let tokens: Vec<i32> = (0..COUNT as u64).map(|i| (i * i * 7919 % 700 * (i % 5) / 4) as i32).collect();
    let starts: Vec<i32> = (0..=COUNT as i32).step_by(15).collect();
    let cumulative: Vec<i32> = (1..=WORDS as i32).map(|i| i * 3_000_000).collect();
    let (mut input, mut output, mut nodes) = (values(WORDS * SIZE), values(WORDS * SIZE), values(WORDS * SIZE));
    // Paths of two nodes, the first of which many words share.
    let path_starts: Vec<i32> = (0..=WORDS as i32).map(|word| 2 * word).collect();
    let paths: Vec<i32> = (0..WORDS as i32).flat_map(|word| [word % 50, 2 * (word % 300) + 1]).collect();
    let null = core::ptr::null();
    let model = Model {
        size: SIZE,
        words: WORDS,
        input_rows: WORDS,
        input: input.as_mut_ptr(),
        output: output.as_mut_ptr(),
        cumulative: cumulative.as_ptr(),
        nodes: nodes.as_mut_ptr(),
        path_starts: path_starts.as_ptr(),
        paths: paths.as_ptr(),
        keep: null,
        subword_starts: null,
        subwords: null,
    };
    let how = Settings {
        bag,
        window: 4,
        shrink: true,
        negative: 3,
        mean: true,
        rate: 0.1,
        stream: Stream { seed: [1, 2], counter: 3 },
        order: words_learnt::Order::Blocks,
        round: 1000,
    };
    let text = Text { tokens: tokens.as_ptr(), count: COUNT, starts: starts.as_ptr(), sentences: starts.len() - 1 };
    // SAFETY: tables have a row for each word, tokens are words, paths end within the nodes.
    let loss = unsafe { learn::<Scalar>(&model, &how, &text) }.unwrap();
    [input, output, nodes, vec![loss.sum as f32, loss.steps as f32]].concat()
}

fn words_and_contexts() -> Vec<f32> {
    const COUNT: usize = 20_000;
    const WORDS: usize = 90;
    const SIZE: usize = 12;
    let numbers = |by: usize| (0..COUNT).map(|i| (i * by % 8999 % WORDS) as i32).collect::<Vec<_>>();
    let (w, c, logs) = (numbers(31), numbers(77), values(COUNT));
    let mut tables: Vec<Vec<f32>> = [SIZE, 1, SIZE, 1, SIZE, 1, SIZE, 1]
        .iter()
        .enumerate()
        .map(|(i, size)| if i % 4 < 2 { values(WORDS * size) } else { vec![1.0; WORDS * size] })
        .collect();
    let pointers: Vec<*mut f32> = tables.iter_mut().map(|table| table.as_mut_ptr()).collect();
    let side = |at: usize| Side {
        vectors: pointers[at],
        biases: pointers[at + 1],
        vector_squares: pointers[at + 2],
        bias_squares: pointers[at + 3],
    };
    let weights = vec![0.5; COUNT];
    let counts = Counts {
        count: COUNT,
        words: w.as_ptr(),
        contexts: c.as_ptr(),
        weights: weights.as_ptr(),
        logs: logs.as_ptr(),
    };
    // SAFETY: words and contexts are rows of both sides.
    let loss = unsafe { learn_glove::<Scalar>(SIZE, 0.05, &counts, [side(0), side(4)]) }.unwrap();
    tables.push(vec![loss as f32]);
    tables.concat()
}
