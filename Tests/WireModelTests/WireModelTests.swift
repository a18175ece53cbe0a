import FleetModel
import Testing
import WireModel

@Suite("What goes over the wire")
struct WireModelTests {
    @Test(
        "times in UTC, and back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ])
    func times(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).utcText == text)
        #expect(Timestamp(utcText: text)?.milliseconds == milliseconds)
    }

    @Test(
        "texts that are no times",
        arguments: [
            "9223372036854775807-01-01T00:00:00Z", "2026-01-01T9223372036854775807:00:00Z", "2026-13-01T00:00:00Z",
            "0000-01-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "", "Z", "2024-13-01T00:00:00Z",
            "2024-01-01T00:00:00", "yesterday",
        ])
    func noTimes(_ text: String) { #expect(Timestamp(utcText: text) == nil) }

    @Test("frames survive being cut anywhere")
    func frames() throws {
        let frames = [
            ConsoleFrame(kind: .standardOutput, offset: 1 << 40, payload: Array(repeating: 7, count: 1_000)),
            ConsoleFrame(kind: .heartbeat), ConsoleFrame(kind: .errorGap, offset: 5, payload: Array("12".utf8)),
            ConsoleFrame(kind: .end, payload: Array("{}".utf8)),
        ]
        let bytes = frames.flatMap(\.bytes)
        for step in [1, 2, 12, 13, 14, 999, bytes.count] {
            var decoder = ConsoleFrameDecoder(), found: [ConsoleFrame] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                decoder.append(bytes[start..<min(start + step, bytes.count)])
                while let frame = try decoder.next() { found.append(frame) }
            }
            #expect(found == frames)
        }
    }

    @Test("bytes that are no frames are refused", arguments: [[0], [9], [1, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]])
    func noFrames(_ start: [UInt8]) {
        var decoder = ConsoleFrameDecoder()
        decoder.append(start + Array(repeating: 0, count: 13))
        #expect(throws: ConsoleFrameDecoder.Malformed.self) { try decoder.next() }
    }

    @Test("what is shown holds no control characters and has an end")
    func shown() {
        #expect("a\u{1B}[31mb\nc\u{9B}".shown == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}")
        #expect(String(repeating: "x", count: 10_000).shown.count == 201)
    }

    @Test(
        "every launch failure, outcome and reason has words",
        arguments: [
            LaunchFailure.commandNotFound(command: "x"), .commandNotExecutable(command: "x"), .directoryMissing(path: "/x"),
            .directoryForbidden(path: "/x", user: "uid 5"), .argumentsTooLong(bytes: 5), .accountUnknown(user: "x"),
            .deviceNodeMissing(path: "/dev/nvidia0"), .storageFull(detail: "x"), .sandbox(detail: "x"),
            .environmentMissing(name: "x"), .dataUnavailable(name: "x", because: .removed),
            .dataUnavailable(name: "x", because: .forOthers), .dataUnavailable(name: "x", because: .missing),
            .dataUnavailable(name: "x", because: .closed),
            .numberTaken(number: 7, by: "x"),
        ])
    func words(_ failure: LaunchFailure) {
        #expect(EndReason.launchFailed.words(.launchFailed(because: failure)).contains("could not be started: "))
        #expect(failure.words.count > 20)
    }

    @Test("what the server is told to keep is cut to what it takes, at a character's end")
    func fitting() {
        #expect(NewKeptOwnership.fitting("paid to AWS\nin 2026-10").contains("\n") == false)
        let long = NewKeptOwnership.fitting("x" + String(repeating: "雲", count: 100))
        #expect(long.utf8.count == 199 && long.hasSuffix("雲"))
        #expect(NewKeptOwnership.fitting("AWS") == "AWS")
    }
}
