import Foundation

/// Names the seeds that were running when a broken assumption stopped the whole program: they are what to look at.
enum Watch {
    private static let places = 256
    /// The seed that each task runs; 0: none. Read by the signal handler, which may call nothing but `write`.
    private nonisolated(unsafe) static let seeds: UnsafeMutablePointer<UInt64> = {
        let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: places)
        seeds.initialize(repeating: 0, count: places)
        return seeds
    }()

    static func begin() {
        seeds[0] = 0
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] { signal(number) { Watch.tell($0) } }
    }

    static func note(_ seed: UInt64, task: Int) { if task < places { seeds[task] = seed } }

    private static func tell(_ number: Int32) {
        for place in 0..<places where seeds[place] > 0 {
            say("\nStopped by a broken assumption in one of these: make torture SEEDS=")
            say(seeds[place])
            say("..")
            say(seeds[place])
        }
        say("\n")
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func say(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

    private static func say(_ number: UInt64) {
        if number >= 10 { say(number / 10) }
        var digit = UInt8(ascii: "0") + UInt8(number % 10)
        _ = write(2, &digit, 1)
    }
}
