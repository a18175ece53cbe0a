/// What people want an environment with, by one word.
package enum Framework: String, CaseIterable, Sendable {
    case pytorch, tensorflow, jax, jupyter

    /// Also by the names that their packages have; nil: it is none of these.
    package init?(word: String) {
        switch word.lowercased() {
        case "pytorch", "torch": self = .pytorch
        case "tensorflow", "tf": self = .tensorflow
        case "jax": self = .jax
        case "jupyter", "jupyterlab", "notebook": self = .jupyter
        default: return nil
        }
    }
}

/// What is installed for a framework where a driver is, or none.
package struct FrameworkFit: Hashable, Sendable {
    /// As pip takes them.
    package let requirements: [String]
    /// What its user should know; nil: nothing.
    package let note: String?

    /// The newest build whose CUDA the driver runs. The wheels bring CUDA, cuDNN and NCCL along.
    ///
    /// The limits: PyTorch's wheels are of CUDA 13 from 2.11, of 12 from 2.1, of 11 before; TensorFlow's bring 12 along from 2.15,
    /// and nothing before; JAX has an extra for each of 12 and 13.
    /// - Parameter driver: nil: there is no NVIDIA driver here.
    package static func of(_ framework: Framework, driver: DriverVersion?) -> FrameworkFit {
        if framework == .jupyter { return FrameworkFit(requirements: [], note: nil) }
        guard let driver else { return withoutDriver(framework) }
        let tooOld = "The driver \(driver) runs no CUDA that \(framework.rawValue) is built for; this one computes on the "
        switch (framework, driver.newestCUDA) {
        case (.pytorch, 13): return FrameworkFit(requirements: ["torch", "numpy"], note: nil)
        case (.pytorch, 12): return FrameworkFit(requirements: ["torch<2.11", "numpy"], note: nil)
        case (.pytorch, 11): return FrameworkFit(requirements: ["torch<2.1", "numpy<2"], note: oldDriver(driver))
        case (.tensorflow, 13), (.tensorflow, 12): return FrameworkFit(requirements: ["tensorflow[and-cuda]"], note: nil)
        case (.jax, 13): return FrameworkFit(requirements: ["jax[cuda13]"], note: nil)
        case (.jax, 12): return FrameworkFit(requirements: ["jax[cuda12]"], note: nil)
        default:
            return FrameworkFit(
                requirements: withoutDriver(framework).requirements, note: tooOld + "processor. A newer driver mends that.")
        }
    }

    private static func oldDriver(_ driver: DriverVersion) -> String {
        "The driver \(driver) runs CUDA 11 and nothing newer, so this is an old version; a newer driver mends that."
    }

    private static func withoutDriver(_ framework: Framework) -> FrameworkFit {
        let note = "There is no NVIDIA driver on this machine, so this computes on the processor."
        return switch framework {
        case .pytorch: FrameworkFit(requirements: ["torch", "numpy"], note: note)
        case .tensorflow: FrameworkFit(requirements: ["tensorflow-cpu"], note: note)
        case .jax: FrameworkFit(requirements: ["jax"], note: note)
        case .jupyter: FrameworkFit(requirements: [], note: nil)
        }
    }
}
