import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    func verify(_ key: AttemptKey, _ devices: [Device], replyTo id: UInt64) {
        let gone = CleanCheck(.processesGone, processesLeft(of: key))
        // Without a device there is nothing else that could be left behind.
        guard !devices.isEmpty else { return reply(id, .checks([gone])) }
        let real = devices.filter { !$0.isSimulated }
        guard !real.isEmpty else {
            return reply(id, .checks([gone, CleanCheck(.nodeReleased, .notChecked(reason: "a simulated device has none"))]))
        }
        lookForHolders(of: real) { [weak self] result in
            self?.reply(id, .checks([gone, CleanCheck(.nodeReleased, result)]))
        }
    }

    private func processesLeft(of key: AttemptKey) -> CleanCheck.Result {
        guard let attempt = attempts[key] else {
            let folder = AttemptFolder(path: path(of: key))
            return folder.isLockFree() ? .passed : .failed(detail: "something still holds the lock in \(folder.path)")
        }
        let members = ControlGroups.members(of: attempt.groups)
        if attempt.isOver && members.isEmpty { return .passed }
        var left = members
        if case .watched(_, let pid) = attempt.stage, !left.contains(pid) { left.append(pid) }
        if left.isEmpty { return .failed(detail: "the sandbox has not ended") }
        return .failed(detail: "still there: process " + left.sorted().map { "\($0)" }.joined(separator: ", "))
    }

    private func lookForHolders(of devices: [Device], _ finished: @escaping (CleanCheck.Result) -> Void) {
        var numbers: [dev_t] = []
        for device in devices {
            let path = DeviceNodes.path(of: device, folder: configuration.deviceFolder)
            guard let node = DeviceNodes.node(path, isLeased: true) else {
                return finished(.notChecked(reason: "there is no \(path)"))
            }
            numbers.append(node.number)
        }
        search(for: numbers, count: 1, finished)
    }

    /// A machine may be too busy for a moment: one that comes to no end is made again, after a pause twice as long each
    /// time. Only then the device is given back unchecked, and the receipt says so.
    private func search(for numbers: [dev_t], count: Int, _ finished: @escaping (CleanCheck.Result) -> Void) {
        func judge(_ found: HolderSearch) {
            switch found {
            case .ended(let result): finished(result)
            case .unfinished(let reason) where count >= HolderSearch.mostTries:
                finished(.notChecked(reason: "\(reason) (tried \(count) times)"))
            case .unfinished:
                let pause = HolderSearch.firstPause << Int64(count - 1)
                later.append((now + pause, { [weak self] in self?.search(for: numbers, count: count + 1, finished) }))
            }
        }
        // Carrel's own helpers look at devices, and have them open: those of now, and those that end meanwhile.
        let own = Set(helpers.keys)
        do {
            try lookOut { output in
                linux_scan_holders(numbers, numbers.count, output)
            } finished: { [weak self] outcome, _ in
                judge(HolderSearch(outcome) { !own.contains($0) && self?.helpers[$0] == nil })
            }
        } catch {
            judge(.unfinished(reason: error.text))
        }
    }
}

/// What a search for holders of a device came to.
enum HolderSearch: Equatable {
    case ended(CleanCheck.Result)
    /// It says nothing; another one may.
    case unfinished(reason: String)

    static let mostTries = 4
    /// Milliseconds.
    static let firstPause: Int64 = 500

    /// - Parameter counts: whether a process that has the device open is to be told of.
    init(_ outcome: Lookout.Outcome, counts: (pid_t) -> Bool = { _ in true }) {
        guard case .text(let text) = outcome else {
            self = .unfinished(reason: "the search through all processes took too long")
            return
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard let last = lines.last, last.count == 2, last[0] == "done", let denied = Int(last[1]) else {
            self = .unfinished(reason: "the search through all processes did not come to its end")
            return
        }
        let holders = lines.dropLast().compactMap { $0.first.flatMap { pid_t($0) } }.filter(counts)
        self = .ended(Self.judge(holders.map { "\($0)" }, denied))
    }

    private static func judge(_ holders: [String], _ denied: Int) -> CleanCheck.Result {
        guard holders.isEmpty else {
            return .failed(detail: "held open by process " + holders.joined(separator: ", "))
        }
        guard denied == 0 else {
            let why = geteuid() == 0 ? "though Carrel runs as root" : "since Carrel does not run as root"
            return .notChecked(
                reason: "\(denied == 1 ? "1 process" : "\(denied) processes") could not be looked into, \(why)")
        }
        return .passed
    }
}
