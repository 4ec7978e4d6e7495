use std::path::Path;
fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let plan = cutover::config::load(Path::new(&path), &Default::default())?;
    let mut plan = plan;
    plan.evidence_dir = std::env::args().nth(2).unwrap_or_default().into();
    let t = std::time::Instant::now();
    let mut evidence = cutover::evidence::Evidence::open(&plan.evidence_dir)?;
    let shared = std::sync::Arc::new(cutover::sources::Shared::new(
        plan.clone(),
        cutover::tables::redact::Redactor::new([7; 32]),
        cutover::progress::Progress::none(),
    ));
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let pulled = rt.block_on(cutover::sources::pull_all(shared, &mut evidence))?;
    println!("collect {:?}", t.elapsed());
    for p in &pulled {
        let rows: u64 = p.records.iter().map(|r| r.rows).sum();
        let mut l = cutover::coverage::Ledger::default();
        for r in &p.records {
            l.add(&r.ledger);
        }
        println!(
            "{} rows {} fetched {} rep {} att {} torn {} junk {} lost {} mended {} gaps {:?} {:?}",
            p.source, rows, l.fetched, l.repeated, l.attached, l.torn, l.junk, l.lost, l.mended, p.gaps, l.gaps
        );
        for s in l.samples.iter().filter(|s| s.class == cutover::coverage::RejectClass::Lost).take(5) {
            println!("   {:?}", s);
        }
    }
    let t = std::time::Instant::now();
    let j = cutover::judge::judge(&plan, &evidence)?;
    println!("judge {:?}", t.elapsed());
    for (n, c) in &j.observed.covers {
        println!(
            "cover {n} {:?} silent {:?} min {:.0} fresh {} {:?}",
            c.covered,
            c.silent.len(),
            c.silent_active_min,
            c.fresh,
            c.by_tester
        );
    }
    println!("{:?} attributed {:?} owner {:?}", j.observed.roles, j.observed.attributed, j.observed.owner_share);
    for f in &j.findings {
        println!(
            "{:8} {:10} {:12} {:?} {}",
            f.item,
            f.verdict.word(),
            f.line.clone().unwrap_or("-".into()),
            f.effect,
            f.sentence
        );
    }
    println!("{:?}", j.decision.call);
    println!("{}", j.decision.sentence);
    for n in &j.attestations.notes {
        println!("note {}", n.sentence);
    }
    for d in &j.correlated.windows.drills {
        println!("drill {} {} {:?}", d.title, (d.to - d.from) / 1000, d.tester);
    }
    println!("{:?}", j.correlated.clocks);
    for (n, f) in &j.tables.frames {
        println!("{n} {}", f.height());
    }
    Ok(())
}
