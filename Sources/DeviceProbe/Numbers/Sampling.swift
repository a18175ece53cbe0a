/// Which of many results are looked at.
enum Sampling {
    /// All numbers below `count`, or as many of them as are allowed, drawn from all over, the same at every call.
    static func places(below count: Int, atMost most: Int = 4_096) -> [Int] {
        guard count > most else { return Array(0..<count) }
        var numbers = SeededNumbers(seed: 7)
        return (0..<most).map { _ in Int(numbers.next() % UInt64(count)) }
    }
}
