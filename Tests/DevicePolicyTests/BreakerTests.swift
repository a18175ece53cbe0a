import DevicePolicy
import FleetModel
import Testing

@Suite struct BreakerTests {
    private func key(_ number: Int) -> DeviceKey { DeviceKey("GPU-\(number)") }

    /// Whether a device that fails its checks is put into quarantine.
    private func fails(_ device: DeviceKey, among devices: Int, at now: Timestamp, _ breaker: inout Breaker) -> Bool {
        breaker.allowsQuarantine(of: device, among: devices, at: now)
    }

    /// How many of a node's devices are quarantined if all of them fail, one a second.
    private func quarantined(of devices: Int) -> Int {
        var breaker = Breaker()
        return (0..<devices).count { breaker.allowsQuarantine(of: key($0), among: devices, at: time(.seconds(Int64($0)))) }
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 1), (4, 2), (8, 4), (16, 8)])
    func itNeverEmptiesANodeAndOneDeviceIsNoCrowd(devices: Int, most: Int) {
        #expect(quarantined(of: devices) == most)
    }

    @Test func itStopsLeasesAndSaysWhy() {
        var breaker = Breaker()
        #expect(breaker.allowsLeases(at: time(.zero)) && breaker.alert == nil)
        #expect(fails(key(1), among: 2, at: time(.zero), &breaker))
        #expect(breaker.allowsLeases(at: time(.zero)))
        #expect(!fails(key(2), among: 2, at: time(.seconds(9)), &breaker))
        #expect(!breaker.allowsLeases(at: time(.seconds(10))))
        #expect(breaker.openSince == time(.seconds(9)))
        #expect(breaker.alert?.hasPrefix("2 GPUs of this node failed their checks within 5m.") == true)
        breaker.close()
        #expect(breaker.allowsLeases(at: time(.seconds(11))) && breaker.alert == nil)
    }

    @Test func failuresThatAreFarApartAreSingleFailures() {
        var breaker = Breaker()
        for number in 0..<8 {
            #expect(fails(key(number), among: 8, at: at(minutes: Int64(number) * 6), &breaker))
        }
    }

    @Test func failuresThatTrickleAreNoCrowd() {
        var breaker = Breaker()
        for number in 0..<8 {
            #expect(fails(key(number), among: 8, at: at(minutes: Int64(number) * 4), &breaker))
        }
    }

    @Test func oneDeviceThatFailsAgainAndAgainIsOne() {
        var breaker = Breaker()
        for second in 0..<100 {
            #expect(fails(key(1), among: 2, at: time(.seconds(Int64(second))), &breaker))
        }
    }

    @Test func itStaysOpenWhileAnythingFailsAndClosesAfterQuietMinutes() {
        var breaker = Breaker()
        for number in 0..<5 { _ = breaker.allowsQuarantine(of: key(number), among: 8, at: time(.zero)) }
        // The fifth goes on failing, long after the first four are in quarantine and silent.
        for minute in 1...60 {
            #expect(!fails(key(4), among: 8, at: at(minutes: Int64(minute)), &breaker))
        }
        #expect(!breaker.allowsLeases(at: at(minutes: 65)))
        #expect(breaker.allowsLeases(at: at(minutes: 66)))
        #expect(fails(key(4), among: 8, at: at(minutes: 67), &breaker))
    }
}
