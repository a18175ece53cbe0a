import FleetModel
import Testing

@testable import DevicePolicy

@Suite struct XidTests {
    @Test(arguments: 1...172)
    func everyNumberOfTheCatalogueHasOneRule(number: Int) {
        #expect(XidCatalogue.rules.filter { $0.numbers.contains(number) }.count == 1)
        #expect(XidMeaning(of: number).isKnown)
    }

    @Test(arguments: 1...172)
    func everySentenceIsOneThatAPersonCanRead(number: Int) {
        let sentence = XidMeaning(of: number).sentence
        #expect(sentence.hasSuffix("."))
        #expect(sentence.dropLast().contains(". ") == false)
        #expect(sentence.first?.isUppercase == true)
        #expect((20...160).contains(sentence.count))
    }

    @Test func noRuleIsForANumberOutsideTheCatalogue() {
        #expect(XidCatalogue.rules.allSatisfy { $0.numbers.allSatisfy { (1...XidCatalogue.last).contains($0) } })
    }

    @Test(arguments: -1...1_000)
    func aFaultOfAProgramNeverQuarantinesNorEndsALease(number: Int) {
        let meaning = XidMeaning(of: number)
        if meaning.blame == .application { #expect(meaning.cure == nil && !meaning.endsLease) }
        // What ends a lease leaves the device in no state to be given to the next.
        if meaning.endsLease { #expect(meaning.cure != nil && meaning.blame == .device) }
        // What quarantines is never laid to the user.
        if meaning.cure != nil { #expect(meaning.blame == .device) }
        // No number asks an administrator's order: only administrators give one.
        #expect(meaning.cure != .hand)
    }

    @Test(arguments: [Int.min, -1, 0, 173, 500, 999, Int.max])
    func anUnknownNumberIsVerifiedAndQuarantinesNothing(number: Int) {
        let meaning = XidMeaning(of: number)
        #expect(meaning.action == .verify)
        #expect(meaning.blame == .unknown)
        #expect(!meaning.endsLease && !meaning.isKnown)
        #expect(meaning.sentence.hasSuffix("."))
    }

    @Test(arguments: [
        (13, XidMeaning.Action.verify, XidMeaning.Blame.application), (31, .verify, .application),
        (43, .verify, .application), (45, .verify, .unknown), (48, .quarantine(.reset), .device), (63, .note, .device),
        (64, .quarantine(.reset), .device), (74, .quarantine(.reset), .device), (79, .quarantine(.reboot), .device),
        (92, .watch, .device), (94, .verify, .device), (95, .quarantine(.reset), .device), (109, .verify, .unknown),
        (119, .quarantine(.reset), .device), (120, .quarantine(.reset), .device), (154, .note, .unknown),
        (54, .quarantine(.hardware), .device), (14, .nothing, .unknown),
    ])
    func theNumbersThatPeopleMeetMeanWhatTheyShould(
        number: Int, action: XidMeaning.Action, blame: XidMeaning.Blame
    ) {
        #expect(XidMeaning(of: number).action == action)
        #expect(XidMeaning(of: number).blame == blame)
    }

    @Test func aContainedMemoryErrorCostsTheProgramAndNotTheDevice() {
        let contained = XidMeaning.together([94, 48, 171, 48])
        #expect(contained.map(\.number) == [48, 94, 171])
        #expect(contained.allSatisfy { $0.cure == nil && !$0.endsLease })
        #expect(XidMeaning.together([48]).map(\.cure) == [.reset])
        #expect(XidMeaning.together([48, 94, 95]).map(\.cure) == [.reset, nil, .reset])
    }

    @Test func anErrorOfALinkLetsTheRunningWorkGoOn() {
        for number in [74, 136, 144, 150, 155] {
            #expect(!XidMeaning(of: number).endsLease)
            #expect(XidMeaning(of: number).cure == .reset)
        }
    }
}
