//! Model `first`: the first eligible touch earns the order.
//!
//! Source of the meaning: "first click"; at one instant the smaller id is first.

/// The first touch of the strongest class; `path` stands in the canonical order.
pub(super) fn choose(path: &[usize], class: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    super::strongest(path.iter(), class)
}

#[cfg(test)]
mod tests {
    #[test]
    fn takes_the_first_of_the_strongest_class() {
        let classes = [Some(1), Some(0), Some(0), None];
        assert_eq!(super::choose(&[0, 1, 2, 3], |index| classes[index]), Some(1));
        assert_eq!(super::choose(&[3, 0], |index| classes[index]), Some(0));
    }
}
