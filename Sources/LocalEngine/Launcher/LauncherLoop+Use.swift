import CLinux
import EngineInterface
import FleetModel

extension LauncherLoop {
    /// What attempts that run have made of the machine. Processor time as their group counts it where it does, else
    /// summed up over their processes, as what they read and wrote.
    func sumUse(of keys: [AttemptKey], replyTo id: UInt64) {
        var running: [(key: AttemptKey, pid: Int32, groups: [String])] = []
        for key in keys {
            guard let attempt = attempts[key], case .watched(_, let pid) = attempt.stage else { continue }
            running.append((key, pid, attempt.groups))
        }
        guard !running.isEmpty else { return reply(id, .uses([])) }
        let roots = running.map(\.pid)
        do {
            try lookOut { output in
                linux_sum_use(roots, roots.count, output)
            } finished: { [weak self] outcome, _ in
                guard case .text(let text) = outcome, let sums = ProcessSums(text) else {
                    self?.reply(id, .exhausted("the search through all processes did not come to its end"))
                    return
                }
                self?.reply(
                    id,
                    .uses(
                        running.map { attempt in
                            let sum = sums.byPID[attempt.pid]
                            return AttemptUse(
                                attempt.key,
                                processorTime: ControlGroups.processorTime(in: attempt.groups) ?? sum?.processorTime,
                                bytes: sum?.bytes)
                        }))
            }
        } catch {
            reply(id, Answer(error))
        }
    }
}

/// What trees of processes have made of the machine, by their first processes.
struct ProcessSums: Equatable {
    struct Sum: Equatable {
        let processorTime: TimeSpan?
        let bytes: Int64?
    }

    private(set) var byPID: [Int32: Sum] = [:]

    /// nil: the search did not come to its end.
    init?(_ text: String) {
        let lines = text.split(separator: "\n")
        guard lines.last == "done" else { return nil }
        for line in lines.dropLast() {
            let words = line.split(separator: " ")
            guard words.count == 3, let pid = Int32(words[0]), let time = Int64(words[1]), let bytes = Int64(words[2]) else {
                return nil
            }
            byPID[pid] = Sum(
                processorTime: time < 0 ? nil : TimeSpan(milliseconds: time), bytes: bytes < 0 ? nil : bytes)
        }
    }
}
