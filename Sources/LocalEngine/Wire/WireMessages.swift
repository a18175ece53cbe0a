import EngineInterface
import FleetModel

/// What the server asks of the launcher. The wire is private: both ends are one binary.
enum Ask: Codable, Sendable {
    case launch(LaunchOrder)
    case stop(AttemptKey, force: Bool)
    case verify(AttemptKey, devices: [Device])
    case forget(AttemptKey)
    /// Answered by two descriptors: the attempt's standard output and error, for reading.
    case openOutput(AttemptKey)
    /// Answered by a descriptor of the attempt's file of progress, for reading, or by none.
    case openProgress(AttemptKey)
    /// Answered by a connection to the attempt's pid 1.
    case openConsole(AttemptKey)
    case judgePeer(pid: Int32)
    /// A descriptor of the process comes with it.
    case judgePeerProcess
    case report
    case usedBytes
    /// Clients are answered from now on.
    case ready
    /// What attempts have made of the machine.
    case use([AttemptKey])
    /// Answered by the helper's pid, and a socket to it.
    case startHelper(HelperOrder)
    case endHelper(UInt64)
    /// Answered by `files` and a socket to the process, or by `noPlace`.
    case startFiles(FilesOrder)
    case holders([Device])
    case endHolder(pid: Int32, Device, force: Bool)
    /// What the folder at this path is, as a data set.
    case surveyData(String)
    /// Whether a team of this name has a folder, be it one that was removed.
    case teamFolder(TeamName)

    /// It goes through all processes, and may be made again and again.
    var looksForHolders: Bool {
        switch self {
        case .verify, .holders, .endHolder: true
        default: false
        }
    }
}

struct Request: Codable, Sendable {
    let id: UInt64
    let ask: Ask
}

/// What the launcher says: answers, and what it has to tell.
enum Message: Codable, Sendable {
    case hello(Hello)
    /// The statuses that are new or different, and the attempts that left the list.
    case changed([AttemptStatus], gone: [AttemptKey])
    case answer(UInt64, Answer)
    /// The helper of this number has ended; its status as `waitpid` gives it.
    case helperEnded(UInt64, status: Int32)
}

struct Hello: Codable, Sendable {
    static let currentVersion = 1

    let version: Int
    let list: [AttemptStatus]
}

enum Answer: Codable, Sendable {
    case done
    /// The attempt is over and forgotten: only its logs are there.
    case alreadyOver
    /// Descriptors came with this answer.
    case descriptors
    case checks([CleanCheck])
    case peer(PeerVerdict)
    case report(SandboxReport)
    case bytes(Int64)
    case uses([AttemptUse])
    /// The attempt is unknown, or its output is no longer kept; how long that is done, in words.
    case outputExpired(String)
    case storageFull(String)
    /// No room for another process or open file now; later there may be.
    case exhausted(String)
    case failed(String)
    case helper(pid: Int32)
    case files(folder: String, isShared: Bool)
    case noPlace(PlaceFault)
    case holders(DeviceHolders)
    case holderEnd(HolderEnd)
    case survey(DataSurvey)
    /// nil: there is none.
    case folder(String?)

    init(_ failure: SystemFailure) {
        if failure.isStorageFull {
            self = .storageFull(failure.text)
        } else if failure.isExhaustion {
            self = .exhausted(failure.text)
        } else {
            self = .failed(failure.text)
        }
    }
}

/// What the launcher says about the process at the other end of a Unix socket.
package enum PeerVerdict: String, Codable, Sendable {
    /// It sits in the launcher's own pid and user namespaces: its credentials are a login.
    case accepted
    /// It sits in a sandbox or a container: its credentials may be the server's own, and say nothing.
    case otherNamespace
    /// It sits in a user namespace of its own, in which it may be whomever it likes among the numbers that were lent to it.
    case otherUsers
    /// It has ended, or can't be seen from here.
    case gone
}
