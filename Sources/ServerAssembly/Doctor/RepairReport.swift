/// What `carrel doctor --repair` did, for programs.
struct RepairReport: Encodable {
    struct Repair: Encodable { let words: String }

    let repairs: [Repair]
    let words: String

    init(_ sentences: [String]) {
        repairs = sentences.map { Repair(words: $0) }
        words = sentences.isEmpty ? "Nothing needed mending." : "The ledger is sound; no event was lost."
    }
}
