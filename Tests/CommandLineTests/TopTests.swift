import FleetModel
import Testing
import WireModel

@testable import CommandLine

@Suite struct SparklineTests {
    @Test func valuesBecomeHeightsAndWhatIsNotKnownAGap() {
        #expect(Sparkline.text([0, 50, 99, 100, nil, -3, 250], most: 100, unicode: true) == "▁▅██·▁█")
        #expect(Sparkline.text([0, 50, 100, nil], most: 100, unicode: false) == "_=#.")
        #expect(Sparkline.text([5, 7], most: 0, unicode: true) == "▁▁")
        #expect(Sparkline.text([], most: 1, unicode: true) == "")
    }

    @Test(arguments: [(0.0, "░░░░"), (0.1, "▌░░░"), (0.5, "██░░"), (1, "████"), (7, "████"), (-1, "░░░░")])
    func aBarIsAsWideWhateverItShows(share: Double, bar: String) {
        #expect(Sparkline.bar(share, width: 4, unicode: true) == bar)
        #expect(Sparkline.bar(share, width: 4, unicode: false).count == 4)
    }
}

@Suite struct TopPictureTests {
    private func device(_ index: Int, _ change: (inout DeviceView) -> Void = { _ in }) -> DeviceView {
        var view = DeviceView(
            uuid: "GPU-\(index)", node: "n", model: "NVIDIA A100", memoryBytes: 80 << 30, simulated: false, minor: nil,
            pciAddress: nil, state: "free")
        change(&view)
        return view
    }

    private func picture(_ devices: [DeviceView], waiting: Int = 0) -> TopPicture {
        TopPicture(
            TelemetryNow(
                at: "2026-03-02T12:00:00Z", devices: devices, totals: PoolTotals(devices, waiting: waiting)),
            unicode: false)
    }

    private var busy: DeviceView {
        device(1) {
            $0.minor = 7
            ($0.state, $0.lease, $0.user, $0.name) = ("leased", 12, "alice", "train\u{1B}[2J.py")
            ($0.utilization, $0.memoryUsedBytes, $0.powerWatts, $0.temperature) = (50, 1 << 30, 301.4, 61)
            ($0.progressPercent, $0.until) = (40, "2026-03-02T14:30:59Z")
        }
    }

    @Test func aRowTellsWhatIsKnownAndADashWhatIsNot() {
        let rows = picture([device(0), busy]).table.rows
        #expect(rows[0] == ["0", "NVIDIA A100", "-", "- / 85.9 GB", "-", "-", "free", "", "", ""])
        #expect(Array(rows[1].prefix(2)) == ["7", "NVIDIA A100"], "the driver's own number")
        #expect(rows[1][2] == "#####.....  50 %")
        #expect(Array(rows[1][4...]) == ["301 W", "61 C", "alice", "12", "train�[2J.py 40 %", "2h 30m"])
    }

    @Test func theTotalsSayHowManyGPUsTellTheirPower() {
        #expect(
            picture([device(0), busy], waiting: 1).totals == [
                "2 GPUs: 1 free, 1 held, 1 request waiting", "power 301 W (1 of 2 GPUs tell)",
            ])
        #expect(picture([device(0)]).totals[1] == "power -")
    }

    @Test func whatDoesNotFitIsCountedAndANoteObeysNoTerminal() {
        let devices = (0..<20).map { device($0) }
        let lines = picture(devices).lines(width: 40, height: 10, note: "no\u{1B}[31m answer")
        #expect(lines.count == 10)
        #expect(lines.last?.text == "16 more; a higher terminal shows them")
        #expect(lines[2].text == "no�[31m answer" && lines[2].look == .alarm)
        #expect(lines.allSatisfy { $0.text.count <= 40 })
    }

    @Test func aQuarantinedAndAnUnusedGPUStandOut() {
        let sick = device(0) {
            $0.quarantine = QuarantineView(reason: "it is sick", cure: "retest", since: "2026-03-02T11:00:00Z", next: "soon")
        }
        let unused = device(1) { ($0.state, $0.lease, $0.user, $0.unused) = ("leased", 3, "bob", true) }
        let lines = picture([sick, unused]).lines(width: 120, height: 20, note: nil)
        #expect(lines.suffix(2).map(\.look) == [.alarm, .unused])
        #expect(picture([sick, unused]).table.rows.map { $0[6] } == ["quarantined", "bob (unused)"])
    }

    @Test func aTableObeysNoTerminal() {
        let text = Table(["A", "B"], [["x\u{1B}[2J", "y\u{7}"]], whenEmpty: "").text(width: nil)
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" }, "\(text)")
    }
}
