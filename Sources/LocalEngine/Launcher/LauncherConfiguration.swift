package import FleetModel
import Glibc

/// How `carrel up` runs work and its server.
package struct LauncherConfiguration: Sendable {
    /// See `DataDirectory.location`.
    package var dataDirectory: String
    /// The server's arguments, the program's name first.
    package var serverArguments: [String]
    /// `NAME=value`; nil: as the launcher's own.
    package var serverEnvironment: [String]?
    /// Nil: this very binary.
    package var serverProgram: String?
    /// Nil: `bwrap` as found in `PATH`.
    package var sandboxProgram: String?
    /// Nil: `carrel-init` beside this binary.
    package var initProgram: String?
    /// Under root the server runs as this user where the system knows it.
    package var serviceUser: String
    /// Under root, a user number that nobody else has: the server's where `serviceUser` is unknown; the next one is
    /// that of work whose user may not be root.
    package var allocatedUID: UInt32
    /// Under root, the first number of those that teams' groups get; nobody else may have any from here on.
    var firstTeamGroup: UInt32 { allocatedUID + 1_000 }
    /// Whether root's work runs as root (without capabilities) instead of as an allocated user.
    package var allowRootWork: Bool
    /// Whom the work of root runs as; nil: as root, or as the launcher's user.
    package var rootWorkUser: UInt32? { geteuid() == 0 && !allowRootWork ? allocatedUID + 1 : nil }
    /// How much of the first and of the last part of each log is kept.
    package var logKeep: MemoryBytes
    /// How long logs stay after their attempt is over.
    package var logRetention: LogRetention
    /// How many processes and threads one attempt may have.
    package var processLimit: Int
    /// A control group of version 2 that was delegated to Carrel, as `/proc/self/cgroup` would have it: attempts' groups
    /// are made in it. Nil: in the launcher's own, where that is possible.
    package var controlGroup: String?
    /// Where device nodes are.
    package var deviceFolder: String
    /// How long something outside (a file server, a directory service, the table of processes) may take to answer, in
    /// milliseconds.
    package var lookoutPatience: Int
    /// The bytes that copies of data sets may take; nil: what the disk has.
    package var copyLimit: MemoryBytes?
    /// What the launcher may start for the server to look at devices.
    package var helpers = HelperPrograms()
    /// What may have devices' nodes open beside work.
    package var allowedHolders: [AllowedHolder] = []
    /// Where NVIDIA's driver tells of its GPUs.
    package var driverFolder = "/proc/driver/nvidia"

    package init(
        dataDirectory: String, serverArguments: [String], serverEnvironment: [String]? = nil,
        serverProgram: String? = nil, sandboxProgram: String? = nil, initProgram: String? = nil,
        serviceUser: String = "carrel", allocatedUID: UInt32 = 2_100_000_000, allowRootWork: Bool = false,
        logKeep: MemoryBytes = .gibibytes(1), logRetention: LogRetention = LogRetention(), processLimit: Int = 32_768,
        controlGroup: String? = nil, deviceFolder: String = "/dev", lookoutPatience: Int = 10_000
    ) {
        self.dataDirectory = dataDirectory
        self.serverArguments = serverArguments
        self.serverEnvironment = serverEnvironment
        self.serverProgram = serverProgram
        self.sandboxProgram = sandboxProgram
        self.initProgram = initProgram
        self.serviceUser = serviceUser
        self.allocatedUID = allocatedUID
        self.allowRootWork = allowRootWork
        self.logKeep = logKeep
        self.logRetention = logRetention
        self.processLimit = processLimit
        self.controlGroup = controlGroup
        self.deviceFolder = deviceFolder
        self.lookoutPatience = lookoutPatience
    }
}
