//! Links as sorted pairs of small integers: eight bytes for each, and a value where one is kept.

/// A map from pairs, gathered in any order and asked once it is sorted.
#[derive(Debug)]
pub(super) struct Pairs<A, B, V = ()> {
    rows: Vec<(A, B, V)>,
    is_sorted: bool,
}

impl<A, B, V> Default for Pairs<A, B, V> {
    fn default() -> Self {
        Self { rows: Vec::new(), is_sorted: true }
    }
}

impl<A: Ord + Copy, B: Ord + Copy, V: Copy> Pairs<A, B, V> {
    pub(super) fn push(&mut self, a: A, b: B, value: V) {
        self.is_sorted = self.is_sorted
            && self.rows.last().is_none_or(|&(last_a, last_b, _)| (last_a, last_b) < (a, b));
        self.rows.push((a, b, value));
    }

    /// Sorts what came out of order. To be called before anything is asked.
    pub(super) fn sort(&mut self) {
        if !self.is_sorted {
            self.rows.sort_by_key(|&(a, b, _)| (a, b));
            self.rows.dedup_by_key(|&mut (a, b, _)| (a, b));
            self.is_sorted = true;
        }
    }

    pub(super) fn all(&self) -> &[(A, B, V)] {
        debug_assert!(self.is_sorted, "asked before it was sorted");
        &self.rows
    }

    /// The pairs whose first half is `a`.
    pub(super) fn of(&self, a: A) -> &[(A, B, V)] {
        let rows = self.all();
        let start = rows.partition_point(|row| row.0 < a);
        let length = rows[start..].partition_point(|row| row.0 == a);
        &rows[start..start + length]
    }

    pub(super) fn get(&self, a: A, b: B) -> Option<V> {
        let place = self.all().binary_search_by_key(&(a, b), |&(a, b, _)| (a, b)).ok()?;
        Some(self.rows[place].2)
    }
}
