import FleetModel
import Testing

@Suite("What work says of its progress")
struct WorkProgressTests {
    private static func read(_ text: String) -> WorkProgress? { WorkProgress(parsing: Array(text.utf8)) }

    @Test("lines with words and lines of JSON are read, the last one that says something")
    func lines() {
        #expect(Self.read("step=120 of=1000 samples=7680") == WorkProgress(step: 120, steps: 1_000, samples: 7_680))
        #expect(Self.read("step=1\nstep=2 of=8\n") == WorkProgress(step: 2, steps: 8))
        #expect(
            Self.read("{\"step\": 12, \"of\": 100, \"samples\": 768.0}\n")
                == WorkProgress(step: 12, steps: 100, samples: 768))
        #expect(Self.read("samples=5\nsome other words\n")?.samples == 5)
        #expect(Self.read("step=120 of=1000")?.percent == 12)
        #expect(Self.read("step=1200 of=1000")?.percent == 100)
        #expect(Self.read("step=3 of=0")?.percent == nil)
    }

    @Test(
        "what makes no sense is nothing",
        arguments: [
            "", "\n\n", "of=7", "step=", "step=-1", "step=x", "step=1e9", "step=99999999999999999999", "step=0.5x",
            "step=9007199254740993", "<html>", "step", "= = =",
        ])
    func nonsense(text: String) { #expect(Self.read(text) == nil) }

    @Test("any bytes are survived")
    func bytes() {
        var state: UInt64 = 7
        for length in 0..<400 {
            let bytes = (0..<length).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40)
            }
            _ = WorkProgress(parsing: bytes)
        }
        #expect(Self.read(String(repeating: "step=1 ", count: 600))?.step == 1)
    }
}
