import FleetModel
import LeaseLedger
import WireModel

extension Problem {
    /// What limits of people and teams do not allow.
    static func limit(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .aboveDeviceLimit(let owner, _, 0), .aboveWeeklyLimit(let owner, _, _, 0):
            Problem(
                "above-limit", title: "No GPU is allowed", status: 422,
                detail:
                    "By a limit of 0, \(owner.words) may use no GPU; nothing was asked for. With 0 GPUs it runs on the CPU. An administrator can raise the limit.",
                exitCode: ExitCode.neverFits)
        case .aboveDeviceLimit(let owner, let asked, let limit):
            Problem(
                "above-limit", title: "More than the limit", status: 422,
                detail:
                    "\(asked.counted("GPU")) are more than \(owner.words) may hold at once (\(limit)); nothing was asked for. Ask for fewer, or let an administrator raise the limit.",
                exitCode: ExitCode.neverFits)
        case .aboveLongestLease(let owner, let asked, let longest):
            Problem(
                "above-limit", title: "Longer than the limit", status: 422,
                detail:
                    "A lease of \(owner.words) lasts \(longest.text) at most, and this asks for \(asked.text); nothing was asked for. Ask for \(longest.text) or less, or let an administrator raise the limit.",
                exitCode: ExitCode.neverFits)
        case .longestLeaseReached(let id, let owner, let asked, let longest, let left):
            Problem(
                "above-limit", title: "Longer than the limit", status: 422,
                detail:
                    "A lease of \(owner.words) lasts \(longest.text) at most, extensions included; this would make it \(asked.text). Lease \(id) keeps its end; \(left > .zero ? "it can be extended by \(left.text)." : "it can't be extended.") An administrator can raise the limit.",
                exitCode: ExitCode.neverFits, request: id.number)
        case .aboveWeeklyLimit(let owner, let devices, let asked, let hours):
            Problem(
                "above-limit", title: "More than the limit", status: 422,
                detail:
                    "\(devices.counted("GPU")) for that time are \(Self.hours(asked)) GPU-hours, and \(owner.words) may use \(hours) in seven days; nothing was asked for. Ask for \(Self.most(hours, devices)) or less, for fewer GPUs, or let an administrator raise the limit.",
                exitCode: ExitCode.neverFits)
        case .weeklyLimitReached(let id, let owner, let used, let hours, let left):
            Problem(
                "above-limit", title: "The week's limit is reached", status: 422,
                detail:
                    "\(owner.words) has used, or may still use in leases that run, \(Self.hours(used)) of \(hours) GPU-hours in seven days. Lease \(id) keeps its end; it can be extended by \(left.text) now, and by more as old use passes out of the seven days.",
                exitCode: 1, request: id.number)
        default: .internalError("\(rejection)")
        }
    }

    /// `32.5`
    private static func hours(_ span: TimeSpan) -> String {
        let tenths = span.milliseconds / 360_000
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func most(_ hours: Int, _ devices: Int) -> String {
        TimeSpan(milliseconds: TimeSpan.hours(Int64(hours)).milliseconds / Int64(max(1, devices))).text
    }
}
