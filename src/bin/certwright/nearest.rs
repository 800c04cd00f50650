//! Of many names, those that somebody may have meant.

/// As many as are read at a glance.
const SHOWN: usize = 10;

/// How alike two names are, from 0 to 1, when one may be a slip of the other (clap's own measure for options).
const ALIKE: f64 = 0.7;

/// The name that is so much like the one asked for that it may have been meant.
pub(crate) fn meant<'a>(asked: &str, names: &'a [String]) -> Option<&'a str> {
    let alike = |name: &String| strsim::jaro(asked, name);
    let nearest = names.iter().max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (alike(nearest) > ALIKE).then_some(nearest)
}

/// The names in one line: all of a few, and a number for the rest of many.
pub(crate) fn listed(names: &[String]) -> String {
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 if names.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let names = ["payments", "orders"].map(str::to_owned);
        assert_eq!(meant("paymets", &names), Some("payments"));
        assert_eq!(meant("stranger", &names), None);
    }

    #[test]
    fn many_names_are_counted() {
        let names: Vec<_> = (0..12).map(|number| number.to_string()).collect();
        assert_eq!(listed(&names), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
        assert_eq!(listed(&names[..10]), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
    }
}
