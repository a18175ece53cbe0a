/// The table behind `XidMeaning`: a rule for each number, in groups of what they tell of.
enum XidCatalogue {
    /// One line of the table.
    struct Rule: Sendable {
        let numbers: [Int]
        let action: XidMeaning.Action
        let blame: XidMeaning.Blame
        let endsLease: Bool
        let sentence: String

        init(
            _ numbers: Int..., action: XidMeaning.Action, blame: XidMeaning.Blame, endsLease: Bool = false,
            _ sentence: String
        ) {
            self.init(numbers, action: action, blame: blame, endsLease: endsLease, sentence)
        }

        init(
            _ numbers: [Int], action: XidMeaning.Action, blame: XidMeaning.Blame, endsLease: Bool = false,
            _ sentence: String
        ) {
            self.numbers = numbers
            self.action = action
            self.blame = blame
            self.endsLease = endsLease
            self.sentence = sentence
        }
    }

    static let rules: [Rule] = program + engines + memory + links + firmware + board + notices + unused

    /// The highest number that the catalogue knows.
    static let last = 172

    static func rule(for number: Int) -> Rule? {
        byNumber.indices.contains(number) ? byNumber[number] : nil
    }

    /// At each number its rule.
    private static let byNumber: [Rule?] = {
        var table = [Rule?](repeating: nil, count: last + 1)
        for rule in rules {
            for number in rule.numbers where table.indices.contains(number) { table[number] = rule }
        }
        return table
    }()
}
