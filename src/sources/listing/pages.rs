//! Guards of paging: it ends, no page is taken twice, and an end that is none is a gap.

use std::collections::HashSet;

use super::gathered::Gathered;

/// Pages of one question; a list that is longer is asked for by shorter spans of time.
const MOST: usize = 1000;

/// The pages asked for so far.
#[derive(Debug, Default)]
pub struct Pages {
    seen: HashSet<String>,
}

impl Pages {
    /// Notes the name of the page that comes next: its address or cursor. Whether it is to be asked for; where it is not,
    /// a gap says why.
    pub fn go_on(&mut self, next: &str, gathered: &mut Gathered) -> bool {
        if self.seen.len() >= MOST {
            gathered.lack(format!("there are more than {MOST} pages"), "ask for less: a later `since`, fewer labels");
            return false;
        }
        if !self.seen.insert(next.to_owned()) {
            gathered.lack("the system names a page again as the next one", "collect again; tell the system's makers");
            return false;
        }
        true
    }

    /// Looks at a page of which `fresh` of `count` records are new and after which another one is named; whether to go
    /// on.
    pub fn is_sound(count: usize, fresh: usize, gathered: &mut Gathered) -> bool {
        let hint = "collect again: the list may have changed while it was read";
        if count == 0 {
            gathered.lack("a page is empty although another one is named after it", hint);
        } else if fresh == 0 {
            gathered.lack("a page holds only what was on the pages before", hint);
        }
        count > 0 && fresh > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_that_goes_round_ends_with_a_gap() {
        let (mut pages, mut gathered) = (Pages::default(), Gathered::default());
        assert!(pages.go_on("1", &mut gathered) && pages.go_on("2", &mut gathered) && gathered.is_whole());
        assert!(!pages.go_on("1", &mut gathered) && !gathered.is_whole());
        let (mut pages, mut gathered) = (Pages::default(), Gathered::default());
        assert_eq!((0..).find(|n: &usize| !pages.go_on(&n.to_string(), &mut gathered)), Some(MOST));
        assert!(!gathered.is_whole());
    }
}
