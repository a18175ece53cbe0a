import FleetModel

@testable import LeaseLedger

extension GoldenCases {
    static var limits: [(String, Event)] {
        var limited = SchedulingPolicy()
        limited.limits.setEverybody(UseLimits(devicesAtOnce: 4, deviceHoursAWeek: 40, longestLease: .hours(8)))
        limited.limits.set(UseLimits.none, of: alice)
        limited.limits.set(UseLimits(deviceHoursAWeek: 400), of: TeamName("vision"))
        var sized = SchedulingPolicy()
        sized.profiles = [
            ResourceProfile(
                name: "large", devices: DeviceSelector(count: 2, modelWords: ["a100"]), cores: .cores(16),
                memory: .gibibytes(64), duration: .hours(12), roles: [.member, .operator], teams: [TeamName("vision")],
                note: "For training"),
            ResourceProfile(name: "small", devices: DeviceSelector(count: 1, memoryAtLeast: .gibibytes(24))),
        ]
        return [
            ("policySet.limits", .policySet(PolicySet(policy: limited, by: root))),
            ("policySet.profiles", .policySet(PolicySet(policy: sized, by: root))),
        ]
    }
}
