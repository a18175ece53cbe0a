@testable import DeviceProbe
import FleetModel
import Testing

@Suite struct CurveTests {
    private final class Clock {
        var seconds = 0.0
    }

    private let empty = ProbeCurve(kernel: .matrixProduct, method: .serial)

    @Test func aSizeThatTheBudgetWouldNotHoldIsLeftOut() {
        let clock = Clock()
        let curve = CurveRun(clock: { clock.seconds }).measure(
            empty, sizes: [10, 20, 40, 80], budget: .seconds(100)
        ) { (size: Int) throws(CUDAFailure) in
            let work = Double(size * size * size) / 1_000
            return CurveRun.Trial(
                operations: work, tolerance: 1,
                run: {
                    clock.seconds += work
                    return nil
                }, difference: { 0.5 })
        }
        // 1 s and 8 s a run; 64 s would fit into what is left only if nothing had been repeated.
        #expect(curve.points.map(\.size) == [10, 20])
        #expect(curve.points.map(\.seconds) == [1, 8])
        #expect(curve.points.map(\.runs) == [7, 4])
        #expect(curve.end == .budget(nextSize: 40))
        #expect(clock.seconds <= 100)
        #expect(curve.points[1].operationsPerSecond == 1)
    }

    @Test func theFastestRunCounts() {
        let clock = Clock(), times = [3.0, 1, 2, 5, 4, 3, 2]
        var run = 0
        let curve = CurveRun(clock: { clock.seconds }).measure(empty, sizes: [8], budget: .seconds(1_000)) {
            (_: Int) throws(CUDAFailure) in
            CurveRun.Trial(
                operations: 1, tolerance: 0,
                run: {
                    clock.seconds += times[run]
                    run += 1
                    return nil
                }, difference: { 0 })
        }
        #expect(curve.points.map(\.seconds) == [1])
        #expect(curve.end == nil)
    }

    @Test(arguments: [1.5, Double.infinity, Double.nan])
    func aWrongResultEndsTheCurve(difference: Double) throws {
        let curve = CurveRun().measure(empty, sizes: [8, 16], budget: .seconds(10)) { (_: Int) throws(CUDAFailure) in
            CurveRun.Trial(operations: 1, tolerance: 1, run: { 1 }, difference: { difference })
        }
        #expect(curve.points.isEmpty)
        guard case .wrongResult(8, let told, 1) = curve.end else {
            Issue.record("it ended with \(String(describing: curve.end))")
            return
        }
        #expect(told.isFinite && told > 1)
        var answer = ProbeAnswer()
        answer.curves = [curve]
        #expect(ProbeAnswer(line: try answer.line) == answer)
    }

    @Test func aDeviceThatRefusesEndsTheCurve() {
        let curve = CurveRun().measure(empty, sizes: [8, 16], budget: .seconds(10)) { (size: Int) throws(CUDAFailure) in
            if size == 16 { throw CUDAFailure(call: "cuMemAlloc_v2", code: 2) }
            return CurveRun.Trial(operations: 1, tolerance: 1, run: { 1 }, difference: { 0 })
        }
        #expect(curve.points.count == 1)
        #expect(curve.end == .deviceFailed(size: 16, call: "cuMemAlloc_v2", code: 2))
    }

    @Test func theProcessorsCurvesAreRight() {
        let curves = ProcessorCurves.measure(budget: .seconds(2), largest: 128)
        #expect(Set(curves.map(\.kernel)) == [.matrixProduct, .trainingStep, .convolution, .lstmStep, .scaledSum])
        for curve in curves {
            #expect(!curve.points.isEmpty)
            if case .wrongResult = curve.end { Issue.record("\(curve.kernel) \(curve.method): \(curve.end!)") }
            let speeds = curve.points.map { "\($0.size): \(Int($0.operationsPerSecond / 1e6))" }
            print("\(curve.kernel) \(curve.method), million operations a second: \(speeds.joined(separator: ", "))")
        }
    }
}
