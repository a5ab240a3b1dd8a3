//! Work divided among threads by rows; what comes out never depends on how many there are.

use std::ops::Range;

/// Starting a thread for fewer rows costs more than it saves; tests divide even the smallest tables.
const LEAST: usize = if cfg!(test) { 1 } else { 4096 };

/// About equal ranges of rows, at most one a thread, none of them empty unless there is nothing at all.
pub(super) fn ranges(rows: usize, threads: usize) -> Vec<Range<usize>> {
    let parts = threads.min(rows.div_ceil(LEAST)).max(1);
    let cut = |part: usize| rows.saturating_mul(part).checked_div(parts).unwrap_or(rows);
    (0..parts).map(|part| cut(part)..cut(part.saturating_add(1))).collect()
}

/// Splits a list into the parts that belong to ranges that follow one another.
pub(super) fn slices<T>(mut list: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    let mut parts = Vec::new();
    for length in lengths {
        let (part, rest) = list.split_at_mut(length.min(list.len()));
        parts.push(part);
        list = rest;
    }
    parts
}

/// Does one piece of work for each item, at the same time, and gives the results in the items' order.
pub(super) fn each<I: Send, T: Send>(items: Vec<I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    let work = &work;
    let mut items = items.into_iter();
    let Some(first) = items.next() else { return Vec::new() };
    if items.len() == 0 {
        return vec![work(first)];
    }
    std::thread::scope(|scope| {
        let others: Vec<_> = items.map(|item| scope.spawn(move || work(item))).collect();
        let mut results = vec![work(first)];
        for other in others {
            match other.join() {
                Ok(result) => results.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_rows() {
        let ends = |rows, threads| ranges(rows, threads).iter().map(|range| range.end).collect::<Vec<_>>();
        assert_eq!(ends(0, 4), [0]);
        assert_eq!(ends(1, 4), [1]);
        assert_eq!(ends(10_000, 2), [5_000, 10_000]);
        assert_eq!(ends(12_289, 3), [4_096, 8_192, 12_289]);
    }

    #[test]
    fn results_keep_the_order_of_the_items() {
        assert_eq!(each(vec![3, 1, 2], |item| item * 10), [30, 10, 20]);
        let mut list = [1, 2, 3, 4, 5];
        let parts = slices(&mut list, [2, 3].into_iter());
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 3]);
    }
}
