/// Tests of the ledger that read as columns. One line is one command, one sighting or one question:
///
/// ```
/// node    n1 a100:4
/// request 1 alice 2xa100 2h    | 1 waiting
/// grant   1 n1:0,1             | 1 granted; 1/1 starting
/// seen    1 running            | 1/1 running
/// after   2h                   | 1 ending expired
/// return  9 alice              | ! unknown 9
/// show    n1:0                 | offered held 1
/// ```
///
/// The last column holds what came, parted by `;`: the events in order, or the answers to a question. Each item is the
/// beginning, word for word, of what came, and there are as many items as came; `-` stands for nothing. `!` and the
/// rejection in full stand for a no. A line without a last column must not be rejected. `#` begins a remark.
/// `TableRunner` lists the verbs; `TableWords` the words of the last column.
///
/// After every line the invariants are checked, and after the last one that the log alone gives the same state.
package enum LedgerTable {
    /// Runs a table from an empty ledger. Throws a `LedgerFault` that names the line, what was expected and what came.
    /// - Returns: the ledger after the last line, for what a table can't ask.
    @discardableResult
    package static func verify(_ text: String, file: String = #fileID, line: Int = #line) throws -> RecordedLedger {
        var runner = TableRunner()
        for entry in TableLine.lines(of: text) {
            do {
                try entry.compare(with: runner.run(entry))
            } catch {
                throw LedgerFault(
                    "\(file):\(line + entry.number): line \(entry.number) of the table: \(entry.command)\n\(error)")
            }
        }
        do { try runner.ledger.verifyHistory() } catch { throw LedgerFault("\(file):\(line): after the table: \(error)") }
        return runner.ledger
    }
}
