//! Model `last`: the last eligible touch earns the order.
//!
//! Source of the meaning: "last click", the default of Dub, impact.com and Awin; at one instant the greater id is last.

/// The last touch of the strongest class; `path` stands in the canonical order.
pub(super) fn choose(path: &[usize], class: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    super::strongest(path.iter().rev(), class)
}

#[cfg(test)]
mod tests {
    #[test]
    fn takes_the_last_of_the_strongest_class() {
        let classes = [Some(1), Some(0), Some(0), Some(1), None];
        assert_eq!(super::choose(&[0, 1, 2, 3, 4], |index| classes[index]), Some(2));
        assert_eq!(super::choose(&[4], |index| classes[index]), None);
    }
}
