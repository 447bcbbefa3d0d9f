//! Running statistics, as PyTorch's batch norm keeps them for use.

/// running += rate · (value - running) for the mean and the variance of each channel, the variance times `correction` before
/// that (n / (n - 1) makes it unbiased). The count, unless it is null, goes up by one. The rate is the momentum, or for a
/// momentum that is NaN one over the count, which makes the plain mean of all batches.
/// # Safety: `mean`, `variance` and what runs hold `channels` floats, all apart; the count holds one number or is null, which
/// a momentum that is NaN does not allow.
pub unsafe fn update_running(
    channels: usize,
    momentum: f64,
    correction: f64,
    [mean, variance]: [*const f32; 2],
    [running_mean, running_variance]: [*mut f32; 2],
    count: *mut i32,
) {
    if !count.is_null() {
        *count = (*count).saturating_add(1);
    }
    let rate = if momentum.is_nan() { 1.0 / f64::from(*count) } else { momentum };
    for (values, factor, running) in [(mean, 1.0, running_mean), (variance, correction, running_variance)] {
        for channel in 0..channels {
            let (value, running) = (f64::from(*values.add(channel)) * factor, running.add(channel));
            // Not running + rate · (value - running): with a rate of 1 nothing of an infinity must be left.
            let kept = if rate == 1.0 { 0.0 } else { (1.0 - rate) * f64::from(*running) };
            *running = (kept + rate * value) as f32;
        }
    }
}
