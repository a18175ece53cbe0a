import CommandLine
import DeviceProbe

/// Curves, by what was computed.
enum ProbeKernels {
    static func report(_ curves: [ProbeCurve], _ frameworks: [FrameworkProbe.Result]) -> [ProbeReport.Kernel] {
        let kernels: [(ProbeKernel, String, String)] = [
            (.matrixProduct, "Product of square matrices, FP32", "rows"),
            (.convolution, "Convolution, 16 channels, 16 filters of 3 × 3", "pixels of a side"),
            (.lstmStep, "Step of an LSTM", "units"), (.trainingStep, "Training step of a network, 64 samples", "units"),
            (.scaledSum, "Scaled sum of two arrays", "numbers"), (.transferToDevice, "Copies to the GPU", "bytes"),
            (.transferFromDevice, "Copies from the GPU", "bytes"),
        ]
        return kernels.map { kernel, words, unit in
            var found = curves.filter { $0.kernel == kernel }.map { Self.curve($0) }
            if kernel == .matrixProduct {
                found += curves.filter { $0.kernel == .matrixProductWithTransfer }.map {
                    Self.curve($0, suffix: ProbeReport.Curve.copies)
                }
                found += frameworks.map(\.curve)
            }
            return ProbeReport.Kernel(kernel: kernel.rawValue, words: words, unit: unit, curves: found)
        }
    }

    private static func curve(_ curve: ProbeCurve, suffix: String = "") -> ProbeReport.Curve {
        ProbeReport.Curve(
            method: name(curve.method) + suffix, isOnGPU: [.cuda, .cuBLAS, .cuDNN].contains(curve.method),
            device: curve.device, threads: curve.threads,
            points: curve.points.map {
                ProbeReport.Point(
                    size: $0.size, seconds: $0.seconds, operationsPerSecond: $0.operationsPerSecond,
                    difference: $0.difference, tolerance: $0.tolerance)
            }, end: words(curve.end))
    }

    private static func name(_ method: ProbeMethod) -> String {
        switch method {
        case .serial: "serial"
        case .blocked: "blocked"
        case .threaded: "threaded"
        case .openBLAS: "OpenBLAS"
        case .cuda: "GPU"
        case .cuBLAS: "cuBLAS"
        case .cuDNN: "cuDNN"
        }
    }

    private static func words(_ end: ProbeCurve.End?) -> String? {
        switch end {
        case nil, .budget: nil
        case .wrongResult(let size, _, _): "a wrong result at \(size): none of its numbers may be used"
        case .deviceFailed(let size, let call, let code):
            "\(call) failed with \(code)\(CUDAFailure(call: call, code: Int32(clamping: code)).meaning.map { ", \($0)," } ?? "") at \(size)"
        }
    }
}
