//! Each server once, really used: what went in comes out.

mod clickhouse;
mod prometheus;
