import FleetSimulator
import Testing

/// Seeds that once broke something, with what it was. Their options are drawn anew when the drawing changes; the line
/// says what to look for then.
@Suite struct RegressionTests {
    @Test(
        arguments: [
            // A team's limit was lowered below what it held, and its work without devices was planned and not adopted.
            252,
            // A device was frozen, then left out of its node's report; when the claim was gone it was offered, and granted.
            5_175,
            // Work that began, and whose lease was given back before anybody saw it run, had a receipt that said it never began.
            1, 22,
        ] as [UInt64])
    func staysMended(seed: UInt64) {
        let report = Simulation(seed: seed).run()
        #expect(report.violation == nil)
        #expect(report.counts.closed > 0)
    }
}
