import FleetModel
import WebPages
import WireModel

extension PolicyForm {
    init(_ body: FormBody) {
        self.init(
            texts: Dictionary(
                uniqueKeysWithValues: Field.allCases.compactMap { field in body[field.rawValue].map { (field, $0) } }))
    }

    /// What was typed anew; what is as it was stays as it is, so that nothing is lost in writing it as text.
    func change(from now: PolicyForm) throws(Problem) -> PolicyView {
        func said(_ field: Field) -> String? {
            guard let text = texts[field], text != now[field] else { return nil }
            return text
        }
        func span(_ field: Field) throws(Problem) -> Double? {
            guard let text = said(field) else { return nil }
            if text == "0" { return 0 }
            return Double(try Typed.span(text, "“\(field.rawValue)”").milliseconds) / 1_000
        }
        func number(_ field: Field) throws(Problem) -> Int? {
            guard let text = said(field), !text.isEmpty else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw .badInput("“\(text.shown)” is no number. Nothing was changed.")
            }
            return number
        }
        var view = PolicyView(
            defaultTimeSeconds: try span(.default), longestTimeSeconds: try span(.longest),
            holdAfterSeconds: try span(.holdAfter), usageHalfLifeSeconds: try span(.halfLife),
            graceSeconds: try span(.grace), waitingLimit: try number(.waitingLimit),
            reclaim: said(.reclaim).map { $0 == "on" },
            reclaimNoticeSeconds: try span(.reclaimNotice), minimumRunSeconds: try span(.minimumRun))
        view.idleMode = said(.idle)
        view.idleAfterSeconds = try span(.idleAfter)
        view.idleWarnAgainSeconds = try span(.idleWarnAgain)
        view.idleReleaseSeconds = try span(.idleRelease)
        view.idleStartGraceSeconds = try span(.idleStartGrace)
        view.idleDryRunSeconds = try span(.idleDryRun)
        view.keepForSeconds = try span(.keepFor)
        view.reservations = said(.reservations)
        view.reservationLongestSeconds = try span(.reservationLongest)
        view.reservationAheadSeconds = try span(.reservationAhead)
        view.reservationGraceSeconds = try span(.reservationGrace)
        view.reservationLimit = try number(.reservationLimit)
        if said(.reservationLimit) == "" { view.noReservationLimit = true }
        view.foreignProcesses = said(.foreignProcesses)
        try addPrice(to: &view, said(.electricityPrice), said(.currency), now)
        return view
    }

    private func addPrice(
        to view: inout PolicyView, _ price: String?, _ currency: String?, _ now: PolicyForm
    ) throws(Problem) {
        if price == "" {
            view.noElectricityPrice = true
            return
        }
        if let currency {
            let letters = currency.uppercased()
            guard letters.utf8.count == 3, letters.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
            else {
                throw .badInput("A currency has three letters, such as EUR. Nothing was changed.")
            }
            view.currency = letters
        }
        guard let price else { return }
        guard let number = Double(price) else {
            throw .badInput("“\(price.shown)” is no price; write 0.30. Nothing was changed.")
        }
        view.electricityPrice = number
    }
}
