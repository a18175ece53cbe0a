import FleetModel
import LeaseLedger

extension TableRunner {
    /// Every `limit=everybody:devices=4,hours=40,longest=8h`, `limit=alice:none`, `limit=alice:default`,
    /// `limit=team/vision:hours=400` of a line.
    func limit(_ limits: inout LimitPolicy, _ arguments: inout TableArguments) throws {
        while let text = arguments.option("limit") {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw LedgerFault("  \(text) is no limit") }
            let wanted = parts[1] == "default" ? nil : try useLimits(parts[1])
            if parts[0] == "everybody" {
                limits.setEverybody(wanted ?? .none)
            } else if parts[0].hasPrefix("team/") {
                limits.set(wanted, of: TeamName(String(parts[0].dropFirst(5))))
            } else {
                limits.set(wanted, of: UserName(parts[0]))
            }
        }
    }

    private func useLimits(_ text: String) throws -> UseLimits {
        var limits = UseLimits()
        for word in text.split(separator: ",") where word != "none" {
            let pair = word.split(separator: "=").map(String.init)
            guard pair.count == 2 else { throw LedgerFault("  \(word) is no limit") }
            switch pair[0] {
            case "devices": limits.devicesAtOnce = try TableArguments.number(pair[1])
            case "hours": limits.deviceHoursAWeek = try TableArguments.number(pair[1])
            case "longest": limits.longestLease = try TableArguments.span(pair[1])
            default: throw LedgerFault("  nobody is limited in \(pair[0])")
            }
        }
        return limits
    }
}

extension TableWords {
    static func limit(_ rejection: Rejection) -> String {
        switch rejection {
        case .aboveDeviceLimit(let owner, let asked, let limit): "aboveDeviceLimit \(owner.words) \(asked) \(limit)"
        case .aboveLongestLease(let owner, let asked, let longest):
            "aboveLongestLease \(owner.words) \(span(asked)) \(span(longest))"
        case .longestLeaseReached(let id, let owner, let asked, let longest, let left):
            "longestLeaseReached \(id) \(owner.words) \(span(asked)) \(span(longest)) left \(span(left))"
        case .aboveWeeklyLimit(let owner, let devices, let asked, let hours):
            "aboveWeeklyLimit \(owner.words) \(devices) \(span(asked)) \(hours)"
        case .weeklyLimitReached(let id, let owner, let used, let hours, let left):
            "weeklyLimitReached \(id) \(owner.words) \(span(used)) \(hours) left \(span(left))"
        default: "\(rejection)"
        }
    }

    static func limit(_ limit: LimitReached) -> String {
        switch limit {
        case .devices(let owner, let held, let asked, let limit): "devices \(owner.words) \(held) \(asked) \(limit)"
        case .week(let owner, let used, let asked, let hours):
            "week \(owner.words) \(span(used)) \(span(asked)) \(hours)"
        case .longest(let owner, let asked, let longest): "longest \(owner.words) \(span(asked)) \(span(longest))"
        }
    }
}
