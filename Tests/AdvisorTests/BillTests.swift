import FleetModel
import Testing

@testable import Advisor

@Suite("Bills of the cloud")
struct BillTests {
    private static let prices = [
        ("p5.48xlarge", "H100 SXM5 80GB", 8), ("g5.xlarge", "A10G", 1), ("Standard_ND96isr_H100_v5", "H100 SXM5 80GB", 8),
    ].map { instance, accelerator, count in
        RentalPrice(
            provider: "AWS", region: "here", instance: instance, accelerator: accelerator, count: count,
            onDemand: Cost(micros: 1, currency: "USD"), date: .first, source: "test")
    }

    private static func read(
        _ text: String, provider: String? = nil, known: Set<UInt64> = []
    ) throws(BillReader.Failure) -> BillImport {
        try BillReader.read(
            text, provider: provider, machines: BilledMachines(prices), today: CivilDate("2026-11-22") ?? .first,
            accelerator: { $0.lowercased() == "h100" ? "H100 SXM5 80GB" : nil }, isKnown: { known.contains($0) })
    }

    @Test(
        "numbers are read exactly",
        arguments: [
            ("12345.67", 12_345_670_000), ("1.25E-05", 13), ("-0.5", -500_000), ("0.0000004", 0), ("1e3", 1_000_000_000),
            (".5", 500_000),
        ])
    func exact(text: String, micros: Int64) { #expect(ExactNumber(parsing: text)?.micros == micros) }

    @Test(
        "what is no number is refused",
        arguments: ["", ".", "1,5", "1e99", "--1", "1e", "NaN", "9999999999999999999", "0x1"])
    func noNumber(text: String) { #expect(ExactNumber(parsing: text) == nil) }

    @Test("semicolons and tabs separate where no comma does", arguments: [",", ";", "\t"])
    func separators(by separator: String) throws {
        let lines = [["provider", "month", "gpu", "gpu-hours", "amount"], ["AWS", "2026-10", "h100", "10", "25.5"]]
        let found = try Self.read(lines.map { $0.joined(separator: separator) + "\r\n" }.joined(), provider: nil)
        #expect(found.marks.count == 1 && found.faultCount == 0)
        // Spreadsheets name it in a line of its own, leave lines empty, and quote what has another one in it.
        for text in [
            "sep=;\nprovider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;25.5\n",
            "\n\r\nSEP=;\r\nprovider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;25.5\n",
            "\"sep=;\"\nprovider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;25.5\n",
            "\n\r\nprovider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;25.5\n",
            "provider;month;gpu;gpu-hours;amount;\"notes, of all, kinds, and, more, yet\"\nAWS;2026-10;h100;10;25.5;\n",
        ] { #expect(try Self.read(text).marks.count == 1, "\(text)") }
        // Thousands may be grouped by points there.
        for (hours, amount) in [("10", "1.000"), ("1.500", "25"), ("10", "12.345")] {
            let twofold = try Self.read("provider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;\(hours);\(amount)\n")
            #expect(twofold.marks.isEmpty && twofold.faults.first?.words.contains("thousands or a fraction") == true)
        }
        #expect(try Self.read("provider,month,gpu,gpu-hours,amount\nAWS,2026-10,h100,1.500,12.345\n").marks.count == 1)
        for line in ["AWS\t2026-10\th100\t1.125\t3.375"] {
            #expect(try Self.read("provider\tmonth\tgpu\tgpu-hours\tamount\n" + line + "\n").marks.count == 1)
        }
        let numbered = try Self.read("sep=;\nprovider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;x\n")
        #expect(numbered.faults.first?.line == 3)
        // A comma is no decimal sign.
        let comma = try Self.read("provider;month;gpu;gpu-hours;amount\nAWS;2026-10;h100;10;25,5\n")
        #expect(comma.marks.isEmpty && comma.faults.first?.words.contains("25,5") == true)
    }

    @Test("a million lines of a tenth of a millionth are a tenth, not nothing")
    func sums() {
        let line = ExactNumber(parsing: "0.0000001") ?? ExactNumber(pico: 0)
        #expect((0..<1_000).reduce(ExactNumber(pico: 0)) { sum, _ in sum + line }.micros == 100)
    }

    @Test("our own form: hours of machines times their GPUs, and what goes with them")
    func own() throws {
        let bill = try Self.read(
            """
            provider,month,instance,gpu,gpus,hours,gpu-hours,amount,currency,what
            aws,2026-10,p5.48xlarge,,,100,,5504.00,USD,
            aws,2026-10,p5.48xlarge,,,25,,1376.00,USD,
            lab,2026-10,,h100,4,10,,88,,
            aws,2026-10,,,,,,344,USD,data out
            """
        ).bill
        #expect(bill.uses.count == 2 && bill.extras.count == 1)
        let rents = PaidRent.all(bill)
        #expect(rents.map(\.provider) == ["AWS", "lab"])
        #expect(rents[0].microHours == 1_000_000_000 && rents[0].perHour.micros == 6_880_000)
        // 344 of 6,880.
        #expect(rents[0].extras == 50 && rents[0].period == "2026-10" && rents[0].until.text == "2026-10-31")
        #expect(rents[1].perHour.micros == 2_200_000 && rents[1].extras == nil)
    }

    @Test("AWS' report, in both spellings of its columns; covered hours cost what the plan costs in effect")
    func aws() throws {
        let head = [
            "lineItem/UsageStartDate", "lineItem/UsageEndDate", "lineItem/LineItemType", "lineItem/UsageType",
            "lineItem/UsageAmount", "lineItem/CurrencyCode", "lineItem/UnblendedCost", "product/instanceType",
            "pricing/unit",
            "savingsPlan/SavingsPlanEffectiveCost", "lineItem/ProductCode",
        ]
        let day = "2026-10-03T00:00:00Z,2026-10-03T01:00:00Z"
        let rows = """
            \(day),Usage,BoxUsage:p5.48xlarge,1,USD,55.04,p5.48xlarge,Hrs,,AmazonEC2
            \(day),SavingsPlanCoveredUsage,BoxUsage:p5.48xlarge,1,USD,55.04,p5.48xlarge,Hrs,30.96,AmazonEC2
            \(day),SavingsPlanNegation,BoxUsage:p5.48xlarge,1,USD,-55.04,p5.48xlarge,Hrs,,AmazonEC2
            \(day),Usage,USE1-DataTransfer-Out-Bytes,12,USD,4.30,p5.48xlarge,GB,,AmazonEC2
            \(day),Usage,EBS:VolumeUsage.gp3,10,USD,0.0000005,,GB-Mo,,AmazonEC2
            \(day),Usage,BoxUsage:m7i.large,1,USD,0.10,m7i.large,Hrs,,AmazonEC2
            \(day),Usage,BoxUsage:p6.new,1,USD,99,p6.new,Hrs,,AmazonEC2
            """
        let found = try Self.read(head.joined(separator: ",") + "\n" + rows)
        #expect(found.form == .aws && found.bill.uses.count == 1)
        #expect(found.bill.uses[0].microHours == 16_000_000 && found.bill.uses[0].amount.micros == 86_000_000)
        #expect(found.bill.uses[0].until.text == "2026-10-03")
        #expect(found.bill.extras.map(\.what) == ["data out", "storage"])
        #expect(PaidRent.all(found.bill)[0].extras == 50)
        #expect(found.faultCount == 1 && found.faults[0].line == 8 && found.faults[0].words.contains("p6.new"))
        #expect(found.leftOut.map(\.lines) == [1, 1])
        let snake = "line_item_usage_start_date,line_item_unblended_cost,line_item_usage_amount,product_instance_type\n"
        #expect(try Self.read(snake + "2026-10-03 00:00:00,1.006,1,g5.xlarge").bill.uses[0].accelerator == "A10G")
    }

    @Test("FOCUS: names of machines within words, effective cost, purchases and credits left out")
    func focus() throws {
        let found = try Self.read(
            """
            ProviderName,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ConsumedQuantity,ConsumedUnit,BilledCost,EffectiveCost,ChargeDescription,SkuMeter
            Microsoft,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,Compute,10,Hours,0,983.2,,ND96isr H100 v5
            AWS,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,Compute,2,Hrs,110.08,110.08,$55.04 per On Demand Linux p5.48xlarge Instance Hour,
            AWS,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Credit,Compute,,,-50,-50,,
            AWS,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,Storage,5,GB,11.008,11.008,,
            AWS,EUR,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,Compute,2,Hrs,1,1,p5.48xlarge,
            """)
        #expect(found.form == .focus)
        let rents = PaidRent.all(found.bill)
        #expect(rents.map(\.provider) == ["Azure", "AWS"] && rents[0].perHour.micros == 12_290_000)
        #expect(rents[0].period == "2026-10" && rents[1].period == "2026-10-01" && rents[1].extras == 100)
        #expect(found.faultCount == 1 && found.faults[0].words.contains("EUR"))
    }

    @Test("the same lines are known again; two alike within one file are two")
    func again() throws {
        let head = "provider,month,instance,hours,amount\n", line = "aws,2026-10,p5.48xlarge,1,55.04\n"
        let first = try Self.read(head + line + line)
        #expect(first.bill.uses[0].microHours == 16_000_000 && Set(first.marks).count == 2)
        let again = try Self.read(head + line + line + line, known: Set(first.marks))
        #expect(again.repeated == 2 && again.marks.count == 1 && again.bill.uses[0].microHours == 8_000_000)
    }

    @Test("what can't be read is counted and named by its line, and the rest is taken")
    func faults() throws {
        let head = "provider,month,instance,gpus,hours,amount,currency\n"
        let rows = [
            "aws,2026-10,p5.48xlarge,,1,-5,", "aws,2026-13,p5.48xlarge,,1,5,", "aws,2027-10,p5.48xlarge,,1,5,",
            "aws,2026-10,unheard-of,,1,5,", "aws,2026-10,p5.48xlarge,,x,5,", "aws,2026-10,p5.48xlarge,,1,\"5,0\",",
            "aws,2026-10,p5.48xlarge,,1,5,EUR", "aws,2026-10,p5", ",2026-10,p5.48xlarge,,1,5,",
            "aws,2026-10,p5.48xlarge,999999999,1,5,", "aws,2026-10,p5.48xlarge,,1,55.04,usd",
        ]
        let found = try Self.read(head + rows.joined(separator: "\n"))
        #expect(found.faultCount == 10 && found.faults.count == 5 && found.faults.map(\.line) == [2, 3, 4, 5, 6])
        #expect(found.bill.uses.count == 1 && found.bill.uses[0].amount.micros == 55_040_000)
    }

    @Test("what is no bill is refused as a whole")
    func noBill() {
        #expect(throws: BillReader.Failure.table(.empty)) { try Self.read("") }
        #expect(throws: BillReader.Failure.unknownForm) { try Self.read("a,b\n1,2\n") }
        #expect(throws: BillReader.Failure.table(.openQuote(line: 2))) { try Self.read("month,amount\n\"x\n") }
    }

    @Test("names are shown on terminals: nothing in them moves a cursor, and there are not endlessly many")
    func names() throws {
        let head = "provider,month,instance,gpus,hours,amount\n"
        let found = try Self.read(head + "a\u{1B}[2Jws,2026-10,\u{202E}x,1,1,5\n")
        #expect(found.bill.uses[0].provider == "a[2Jws" && found.bill.uses[0].instance == "x")
        let many = try Self.read(head + (0..<10_005).map { "aws,2026-10,x\($0),1,1,5\n" }.joined())
        #expect(many.bill.uses.count == 10_000 && many.faultCount == 5)
    }

    @Test("amounts of any size end nothing")
    func huge() throws {
        let line = "aws,2026-10,p5.48xlarge,999999999999999,999999999999999\n"
        let found = try Self.read("provider,month,instance,hours,amount\n" + String(repeating: line, count: 50))
        #expect(PaidRent.all(found.bill)[0].perHour.micros > 0)
    }
}
