/// Why a GPU does not work for a program: the causes that are told apart, in the order in which to look for them.
package enum StackCause: String, CaseIterable, Sendable {
    case noDriver, noGPU, libraryMissing, libraryMismatch, notLeased, nodeMissing, memoryNodeMissing, nodeClosed, hidden
    case noPython, noFramework, frameworkBroken, frameworkSilent, processorBuild, driverTooOld, twoCUDAs
    case gpuTooOld, gpuTooNew, seesNone

    /// What one sees, in a few words.
    package var title: String {
        switch self {
        case .noDriver: "The machine has no NVIDIA driver"
        case .noGPU: "The driver finds no GPU"
        case .libraryMissing: "The driver's library is missing"
        case .libraryMismatch: "The driver was updated, and the old one still runs"
        case .notLeased: "The program does not run on a checked-out GPU"
        case .nodeMissing: "The GPU's device node is missing"
        case .memoryNodeMissing: "/dev/nvidia-uvm is missing"
        case .nodeClosed: "The device nodes can't be opened"
        case .hidden: "CUDA_VISIBLE_DEVICES hides the GPU"
        case .noPython: "The environment's Python does not start"
        case .noFramework: "No framework is installed"
        case .frameworkBroken: "The framework can't be loaded"
        case .frameworkSilent: "The framework does not answer"
        case .processorBuild: "The framework was built without CUDA"
        case .driverTooOld: "The driver is too old for the framework"
        case .twoCUDAs: "LD_LIBRARY_PATH brings a second CUDA"
        case .gpuTooOld: "The GPU is too old for the framework"
        case .gpuTooNew: "The GPU is too new for the framework"
        case .seesNone: "The framework sees no GPU, and nothing else is wrong"
        }
    }

    /// How that comes, in plain words.
    package var explanation: String {
        switch self {
        case .noDriver:
            "Without the kernel's part of the driver no program can reach a GPU, whatever is installed beside it."
        case .noGPU:
            "The driver runs and lists no GPU: it is not seated or powered, has failed, or belongs to a virtual machine."
        case .libraryMissing:
            "Programs talk to the driver through libcuda.so.1, which comes with the driver and not with CUDA or a framework."
        case .libraryMismatch:
            "The library and the kernel's part must be of one version. After an update the old kernel part runs until the machine is restarted."
        case .notLeased: "Carrel gives GPUs to work that asks for them, and to nothing else on the machine."
        case .nodeMissing: "A program reaches a GPU by its node in /dev. In a lease there are those of its own GPUs."
        case .memoryNodeMissing: "CUDA manages memory through it. It is made when the driver's module nvidia-uvm is loaded."
        case .nodeClosed: "The machine keeps its GPUs for work that Carrel starts; outside a lease nobody may open them."
        case .hidden:
            "The variable says which GPUs a program may use. Empty, or with a number that is not there, it means none."
        case .noPython: "Its folder was moved, or the Python that it was made of is gone or was updated."
        case .noFramework: "Neither PyTorch, TensorFlow nor JAX is in this environment."
        case .frameworkBroken: "A library that it needs is missing, or of another version than it was built with."
        case .frameworkSilent:
            "Loading it, or the first call to the driver, takes longer than two minutes: a slow file server, or a driver that hangs."
        case .processorBuild:
            "Each framework comes in builds with and without CUDA. One without computes on the processor and never looks for a GPU."
        case .driverTooOld:
            "A build for one major version of CUDA needs a driver that runs it: 13 from 580 on, 12 from 525, 11 from 450."
        case .twoCUDAs:
            "Frameworks bring the CUDA libraries that they were built with. Others that are found first may not fit them."
        case .gpuTooOld: "Builds leave out GPUs of many years ago. The code in this one is for newer ones alone."
        case .gpuTooNew: "The build was made before this GPU was there, and has no code for it."
        case .seesNone: "Often another program's settings are in the way, or the GPU has failed just now."
        }
    }

    /// What to do.
    package var next: String { next(with: nil) }

    /// - Parameter framework: as people call it, `JAX`: the row's own; nil: none is known.
    package func next(with framework: String?) -> String {
        let word = framework.flatMap { Framework(word: $0) }?.rawValue ?? Framework.pytorch.rawValue
        let name = word == Framework.pytorch.rawValue ? "torch" : word == Framework.tensorflow.rawValue ? "tf" : word
        return next(word, name)
    }

    private func next(_ word: String, _ name: String) -> String {
        switch self {
        case .noDriver:
            "An administrator installs NVIDIA's driver and restarts the machine: apt-get install nvidia-driver, or as the system has it."
        case .noGPU: "An administrator looks at `lspci` and the kernel's log, `dmesg | grep -i nvrm`."
        case .libraryMissing:
            "An administrator installs it in the driver's version: apt-get install libcuda1, or as the system has it."
        case .libraryMismatch:
            "An administrator restarts the machine. Until then running work goes on, and new work can't begin."
        case .notLeased: "Run it on a GPU: `carrel run --gpus 1 -- carrel doctor --gpu-stack`"
        case .nodeMissing: "An administrator runs `nvidia-modprobe -u -c 0` and `carrel doctor`; then ask for a GPU again."
        case .memoryNodeMissing: "An administrator runs `nvidia-modprobe -u -c 0`; then ask for a GPU again."
        case .nodeClosed: "Run it on a GPU: `carrel run --gpus 1 -- carrel doctor --gpu-stack`"
        case .hidden: "Take the variable out of your program and your shell's files; in a lease Carrel sets it."
        case .noPython: "Make it again: `carrel env remove NAME`, `carrel env create NAME --with \(word)`"
        case .noFramework: "Make an environment with one: `carrel env create \(name) --with \(word)`"
        case .frameworkBroken: "Read what it said; make the environment anew: `carrel env create NAME --with \(word)`"
        case .frameworkSilent: "Try again. If it stays so, an administrator looks at `carrel doctor` and the kernel's log."
        case .processorBuild:
            "Make an environment on a machine with a driver, which then gets a build with CUDA: `carrel env create \(name) --with \(word)`"
        case .driverTooOld:
            "Make an environment, which then gets a build for this driver: `carrel env create \(name) --with \(word)`; or have the driver updated."
        case .twoCUDAs:
            "Take those folders out of LD_LIBRARY_PATH, in your shell's files or modules: `unset LD_LIBRARY_PATH`"
        case .gpuTooOld: "Ask for a newer GPU (`carrel gpus` lists them), or take an older version of the framework."
        case .gpuTooNew: "Take a newer version of the framework: `carrel env create \(name) --with \(word)`"
        case .seesNone:
            "Look at the program's output and at `carrel show` for the lease; ask an administrator to run `carrel doctor`."
        }
    }
}
