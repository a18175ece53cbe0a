import FleetModel
import Foundation
import Testing

/// Who may use what, as the policy keeps it.
@Suite struct LimitPolicyTests {
    private let anna = UserName("anna"), ben = UserName("ben"), vision = TeamName("vision")

    @Test func limitsOfOnesOwnTakeThePlaceOfEverybodys() {
        var limits = LimitPolicy()
        #expect(limits.isEmpty && limits.limits(of: anna) == .none)
        limits.setEverybody(UseLimits(devicesAtOnce: 2, deviceHoursAWeek: 40))
        limits.set(UseLimits(devicesAtOnce: 8), of: anna)
        #expect(limits.limits(of: anna) == UseLimits(devicesAtOnce: 8))
        #expect(limits.limits(of: ben).deviceHoursAWeek == 40)
        limits.set(UseLimits.none, of: ben)
        #expect(limits.limits(of: ben) == .none)
        limits.set(nil, of: anna)
        limits.set(nil, of: ben)
        #expect(limits.users.isEmpty && limits.limits(of: anna).devicesAtOnce == 2)
    }

    @Test func theShorterOfAPersonsAndTheirTeamsTimesCounts() {
        var limits = LimitPolicy()
        #expect(limits.longestLease(of: anna, in: vision) == nil)
        limits.set(UseLimits(longestLease: .hours(4)), of: vision)
        #expect(limits.longestLease(of: anna, in: vision)?.owner == .team(vision))
        limits.setEverybody(UseLimits(longestLease: .hours(3)))
        #expect(limits.longestLease(of: anna, in: vision)?.owner == .user(anna))
        #expect(limits.longestLease(of: anna, in: vision)?.span == .hours(3))
    }

    @Test func whatIsKeptStandsInOrderAndIsReadAgain() throws {
        var policy = SchedulingPolicy()
        #expect(!String(decoding: try JSONEncoder().encode(policy), as: UTF8.self).contains("limits"))
        for name in ["carl", "anna", "ben", "anna"] { policy.limits.set(UseLimits(devicesAtOnce: 1), of: UserName(name)) }
        #expect(policy.limits.users.map(\.name.name) == ["anna", "ben", "carl"] && policy.limits.makesSense)
        policy.profiles = [ResourceProfile(name: "small", devices: DeviceSelector(count: 1), duration: .hours(4))]
        #expect(try JSONDecoder().decode(SchedulingPolicy.self, from: JSONEncoder().encode(policy)) == policy)
    }

    @Test func aWeekCountsSevenDaysOfALeaseAtMost() {
        #expect(UseLimits.counted(2, for: .hours(3)) == .hours(6))
        #expect(UseLimits.counted(1, for: .days(30)) == .days(7))
        #expect(UseLimits.counted(3, for: .hours(-1)) == .zero)
        #expect(UseLimits.counted(.max, for: .forever) == .forever)
    }

    @Test func aProfileIsForThoseItNamesAndWithoutNamesForEverybody() {
        let open = ResourceProfile(name: "open", devices: .none)
        let narrow = ResourceProfile(name: "narrow", devices: .none, roles: [.operator], teams: [vision])
        #expect(open.isFor(.member, in: .everyone))
        #expect(narrow.isFor(.operator, in: .everyone) && narrow.isFor(.member, in: vision))
        #expect(!narrow.isFor(.member, in: .everyone))
    }

    @Test(arguments: ["", "-x", "Big", "a b", "ä", "a/b", String(repeating: "x", count: 33)])
    func namesThatCantBeTypedAreNoProfiles(name: String) {
        #expect(!ResourceProfile(name: name, devices: .none).makesSense)
    }

    @Test(arguments: ["1", "0", "a100:2", "rtx 4090:1", "24GB..:1", "..80GiB:2", "24GB..80GB:3", "1500MB..:1"])
    func whatASelectorIsTypedAsIsReadAsIt(text: String) throws {
        let selector = try DeviceSelector(parsing: text)
        #expect(try DeviceSelector(parsing: selector.typed) == selector, "\(selector.typed)")
    }

    @Test(arguments: [1, 1_500, 60_000, 5_400_000, 86_400_000, 90_061_001])
    func whatASpanIsTypedAsIsReadAsIt(milliseconds: Int64) throws {
        let span = TimeSpan(milliseconds: milliseconds)
        #expect(try TimeSpan(parsing: span.typed) == span)
    }
}
