import DevicePolicy
import FleetModel
import Testing

@Suite struct EnergyTests {
    private func result(_ looks: [(seconds: Int64, joules: Int64?, watts: Int64?)], to end: Int64? = nil) -> EnergyResult {
        var meter = EnergyMeter()
        for look in looks {
            meter.add(
                energy: look.joules.map { Energy(millijoules: $0 * 1_000) },
                power: look.watts.map { Power(milliwatts: $0 * 1_000) },
                at: time(.seconds(look.seconds)))
        }
        return meter.result(from: time(.zero), to: time(.seconds(end ?? looks.last?.seconds ?? 1)))
    }

    private func measure(_ result: EnergyResult) -> EnergyMeasure? {
        if case .measured(let measure) = result { return measure }
        return nil
    }

    @Test func theCountersDifferenceIsTheMeasure() {
        let measure = measure(result([(0, 1_000, 300), (60, 19_000, 300), (3_600, 1_081_000, 300)]))
        #expect(measure?.energy == Energy(millijoules: 1_080_000_000))
        #expect(measure?.method == .counter)
        #expect(measure?.covered == .hours(1) && measure?.whole == .hours(1) && measure?.gaps == 0)
        #expect(measure?.text == "300 Wh, by the GPU's counter, 100 % of the time")
    }

    /// A lease from second 100 on.
    private func cut(_ looks: [(seconds: Double, joules: Int64, watts: Int64)], to end: Double) -> EnergyResult {
        func moment(_ seconds: Double) -> Timestamp { time(TimeSpan(milliseconds: Int64(seconds * 1_000))) }
        var meter = EnergyMeter(from: moment(100))
        for look in looks {
            if look.seconds >= end { meter.end(at: moment(end)) }
            meter.add(
                energy: Energy(millijoules: look.joules * 1_000), power: Power(milliwatts: look.watts * 1_000),
                at: moment(look.seconds))
        }
        return meter.result(from: moment(100), to: moment(end))
    }

    @Test func whatWasUsedBeforeAndAfterIsNotTheLeases() {
        // 100 W before, 300 W while it runs, 100 W after.
        let looks: [(seconds: Double, joules: Int64, watts: Int64)] = [
            (70, 0, 100), (101, 3_300, 300), (105, 4_500, 300), (112, 6_200, 100),
        ]
        // A mean hundred or so watts of the first second, and five sevenths of the last step.
        #expect(measure(cut(looks, to: 110))?.energy == Energy(millijoules: 3_300_000 / 31 + 1_200_000 + 1_700_000 / 7 * 5))
        #expect(measure(cut(looks, to: 110))?.covered == .seconds(10))
    }

    @Test func aLeaseBetweenTwoLooksIsNotMeasured() {
        let reason = "the lease was shorter than the time between two looks at the GPU"
        #expect(cut([(70, 0, 100), (101, 3_100, 100)], to: 100.06) == .notMeasured(reason: reason))
        #expect(cut([(70, 0, 100), (100.1, 3_000, 100), (130, 6_000, 100)], to: 101) == .notMeasured(reason: reason))
        // A look at its beginning and one at its end are enough, however short it is.
        #expect(measure(cut([(70, 0, 100), (100.01, 3_000, 100), (100.07, 3_010, 300)], to: 100.06)) != nil)
    }

    @Test func aCounterThatBeganAnewIsAGapAndNotALoss() {
        let measure = measure(result([(0, 1_000, nil), (10, 4_000, nil), (30, 500, nil), (40, 2_500, nil)]))
        #expect(measure?.energy == Energy(millijoules: (3_000 + 500 + 2_000) * 1_000))
        #expect(measure?.gaps == 1)
        #expect(measure?.covered == .seconds(20))
        #expect(measure?.text == "1.5 Wh, by the GPU's counter, 50 % of the time")
    }

    @Test func withoutACounterPowerIsAddedUp() {
        let measure = measure(result([(0, nil, 100), (60, nil, 300), (120, nil, 300)]))
        #expect(measure?.energy == Energy(millijoules: (200 * 60 + 300 * 60) * 1_000))
        #expect(measure?.method == .integratedPower)
        #expect(measure?.text == "8.3 Wh, from power seen now and then, 100 % of the time")
    }

    @Test func powerFromLongAgoSaysNothing() {
        let measure = measure(result([(0, nil, 100), (100, nil, 100), (700, nil, 100), (800, nil, 100)]))
        #expect(measure?.energy == Energy(millijoules: 20_000_000))
        #expect(measure?.gaps == 1 && measure?.covered == .seconds(200))
    }

    @Test func itIsNeverZeroForWantOfAMeasure() {
        for looks: [(seconds: Int64, joules: Int64?, watts: Int64?)] in [
            [], [(0, nil, nil), (9, nil, nil)], [(0, 5, nil)], [(0, 5, nil), (60, 5, nil)], [(0, nil, 100)],
            [(0, -1, -1), (9, -1, -1)],
        ] {
            guard case .notMeasured(let reason) = result(looks, to: 60) else {
                Issue.record("measured: \(looks)")
                continue
            }
            #expect(!reason.isEmpty)
        }
        // A counter that stands still gives way to power.
        #expect(measure(result([(0, 5, 100), (60, 5, 100)]))?.method == .integratedPower)
    }

    @Test func whatIsNotCoveredShows() {
        let measure = measure(result([(10, 0, nil), (50, 40_000, nil)], to: 100))
        #expect(measure?.covered == .seconds(40) && measure?.whole == .seconds(100))
    }

    @Test func looksOutOfOrderAreLeftOut() {
        let measure = measure(result([(0, 1_000, nil), (60, 2_000, nil), (30, 1_500, nil), (90, 3_000, nil)]))
        #expect(measure?.energy == Energy(millijoules: 2_000_000) && measure?.gaps == 0)
    }

    @Test func nothingOverflows() {
        var meter = EnergyMeter()
        let most = Energy(millijoules: .max), power = Power(milliwatts: .max)
        for (second, energy) in [(Int64(0), Energy.zero), (60, most), (30, .zero), (90, .zero), (120, most)] {
            meter.add(energy: energy, power: power, at: time(.seconds(second)))
        }
        #expect(measure(meter.result(from: time(.zero), to: time(.seconds(120))))?.energy == most)
    }

    @Test func aLeasesDevicesAddUpOnlyIfEachWasMeasured() {
        func one(_ method: EnergyMeasure.Method) -> EnergyResult {
            .measured(EnergyMeasure(energy: Energy(millijoules: 7), method: method, covered: .hours(1), of: .hours(1)))
        }
        let total = measure(EnergyResult.total([one(.counter), one(.integratedPower)]))
        #expect(total?.energy == Energy(millijoules: 14) && total?.method == .integratedPower && total?.whole == .hours(2))
        #expect(EnergyResult.total([one(.counter), .notMeasured(reason: "why")]) == .notMeasured(reason: "why"))
        #expect(EnergyResult.total([]) == .notMeasured(reason: "there was no GPU"))
    }

    @Test(arguments: [
        (Int64(0), "0 J"), (359, "359 J"), (360, "0.1 Wh"), (3_600, "1.0 Wh"), (36_000, "10 Wh"), (2_952_000, "820 Wh"),
        (4_500_000, "1.25 kWh"), (36_000_000, "10.00 kWh"),
    ])
    func energyReadsAsPeopleSayIt(joules: Int64, text: String) {
        #expect(Energy(millijoules: joules * 1_000).text == text)
    }
}
