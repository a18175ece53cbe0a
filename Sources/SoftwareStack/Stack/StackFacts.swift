/// What was found of everything between a GPU and a framework, in one process's view. It judges nothing.
package struct StackFacts: Hashable, Sendable {
    /// The GPUs that the lease holds which this runs in; nil: it runs in none.
    package var leasedGPUs: Int?
    /// Of the kernel's module; nil: none is loaded.
    package var driver: DriverVersion?
    /// GPUs that the kernel's module knows.
    package var gpusOfDriver = 0
    /// The version of the driver's library, by its file's name; nil: it is not there.
    package var library: DriverVersion?
    /// The newest CUDA that the driver's library says it runs, as `major * 1000 + minor * 10`; nil: it was not asked.
    package var cudaOfDriver: Int?
    /// Nodes of GPUs that are in `/dev`: `nvidia0`.
    package var gpuNodes: [String] = []
    /// Of these and the shared ones, those that can't be opened.
    package var closedNodes: [String] = []
    package var hasControlNode = false
    package var hasMemoryNode = false
    /// What `CUDA_VISIBLE_DEVICES` holds; nil: it is not set.
    package var visibleDevices: String?
    /// Libraries of CUDA that lie in more than one folder of `LD_LIBRARY_PATH`, or there beside the framework's own.
    package var doubledLibraries: [String] = []
    /// What was asked of the environment; nil: none was looked at.
    package var environment: EnvironmentAnswer?

    package init() {}
}

/// What an environment's Python said of its frameworks.
package enum EnvironmentAnswer: Hashable, Sendable {
    /// There is no Python that runs.
    case noPython(folder: String)
    /// It was killed after so many seconds.
    case late(seconds: Int)
    /// It ended without an answer.
    case crashed
    case frameworks([FrameworkFacts])
}

/// What a framework says of itself.
package struct FrameworkFacts: Hashable, Sendable {
    /// As people call it: `PyTorch`.
    package var name: String
    package var version: String
    /// The CUDA that it was built for: `12.8` or `12`; nil: it was built without.
    package var cuda: String?
    package var cudnn: String?
    package var nccl: String?
    /// GPUs that it can use.
    package var devices: Int
    /// What it was compiled for: `sm_90`, `compute_90`; empty: it does not say.
    package var architectures: [String]
    /// Compute capabilities of the GPUs that it sees, as `major * 10 + minor`.
    package var capabilities: [Int]
    /// What it said went wrong; nil: nothing.
    package var failure: String?
    /// It could be loaded at all.
    package var isLoaded: Bool

    package init(
        name: String, version: String, cuda: String? = nil, cudnn: String? = nil, nccl: String? = nil, devices: Int = 0,
        architectures: [String] = [], capabilities: [Int] = [], failure: String? = nil, isLoaded: Bool = true
    ) {
        self.name = name
        self.version = version
        self.cuda = cuda
        self.cudnn = cudnn
        self.nccl = nccl
        self.devices = devices
        self.architectures = architectures
        self.capabilities = capabilities
        self.failure = failure
        self.isLoaded = isLoaded
    }

    /// The first number of `cuda`.
    package var cudaMajor: Int? { cuda.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) } }
}
