@testable import DeviceProbe
import FleetModel
import Testing

@Suite struct DeviceCurveTests {
    private func curves(_ facts: String = "") async throws -> [ProbeCurve] {
        var order = ProbeOrder(.deviceCurves, ProbeTarget(key: StubGPU.key))
        // Far more than is used, so that a busy machine leaves nothing out.
        order.budget = .seconds(100)
        order.largest = 64
        let answer = try await StubGPU(facts).answer(order)
        return try #require(answer.curves, "\(String(describing: answer.deviceFailure))")
    }

    @Test func everyKernelIsMeasuredByOwnCodeAndByTheLibrary() async throws {
        let curves = try await curves()
        #expect(
            curves.map { "\($0.kernel) \($0.method)" } == [
                "matrixProduct cuda", "matrixProductWithTransfer cuda", "matrixProduct cuBLAS",
                "matrixProductWithTransfer cuBLAS", "convolution cuda", "convolution cuDNN", "lstmStep cuda",
                "trainingStep cuda", "trainingStep cuBLAS", "scaledSum cuda",
                "transferToDevice cuda", "transferFromDevice cuda",
            ])
        for curve in curves {
            #expect(!curve.points.isEmpty)
            #expect(curve.end == nil)
            #expect(curve.device == "NVIDIA Stand-in")
            for point in curve.points { #expect(point.difference <= point.tolerance) }
        }
    }

    @Test func wrongResultsShowInTheCurvesThatTheyConcern() async throws {
        let wrong = try await curves("wrong-product 3").filter {
            if case .wrongResult = $0.end { true } else { false }
        }
        #expect(Set(wrong.map(\.kernel)) == [.matrixProduct, .matrixProductWithTransfer, .trainingStep])
        #expect(wrong.count == 6)
        #expect(wrong.allSatisfy { $0.points.isEmpty })
        let convolved = try await curves("wrong-convolution 3").filter {
            if case .wrongResult = $0.end { true } else { false }
        }
        #expect(convolved.map(\.method) == [.cuda, .cuDNN])
        let remembered = try await curves("wrong-lstm 3").filter {
            if case .wrongResult = $0.end { true } else { false }
        }
        #expect(remembered.map(\.kernel) == [.lstmStep])
        let flipped = try await curves("flip-sent 100").filter { $0.kernel == .transferToDevice }
        #expect(
            flipped.map(\.end) == [.wrongResult(size: 4_096, difference: .greatestFiniteMagnitude, tolerance: 0)])
    }

    @Test func aLibraryThatRefusesEndsItsCurvesAlone() async throws {
        let ends = try await curves("fail cudnnConvolutionForward 8").filter { $0.end != nil }
        #expect(ends.map(\.method) == [.cuDNN])
        #expect(ends.first?.end == .deviceFailed(size: 16, call: "cudnnConvolutionForward", code: 8))
    }

    @Test func aDriverThatDoesNotTakeTheKernelsOfNetworksLosesNoOtherCurve() async throws {
        let ends = try await curves("fail carrel_lstm 500").filter { $0.end != nil }
        #expect(Set(ends.map(\.kernel)) == [.lstmStep, .trainingStep])
        #expect(ends.first?.end == .deviceFailed(size: 16, call: "cuModuleGetFunction", code: 500))
    }

    @Test func aDeviceThatDiesEndsEveryCurve() async throws {
        let ends = try await curves("sticky 719").map(\.end)
        #expect(ends.count == 12)
        for end in ends {
            guard case .deviceFailed = end else {
                Issue.record("\(String(describing: end))")
                continue
            }
        }
    }
}
