//! What can go wrong, one family per file: changes of the truth before the sources are written, so that every source
//! tells of the fault in its own way, and changes of the files where the fault is in the evidence itself.

pub(crate) mod controls;
pub(crate) mod crash;
pub(crate) mod drills;
pub(crate) mod edit;
pub(crate) mod edit_files;
pub(crate) mod evidence;
pub(crate) mod identity;
pub(crate) mod live;
pub(crate) mod paper;
pub(crate) mod parity;
pub(crate) mod process;
pub(crate) mod rates;
pub(crate) mod sign_in;
