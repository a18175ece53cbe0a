import FleetModel
import Testing

@testable import Advisor

/// What real bills have beside plain hours. Each of these once gave a wrong rent.
@Suite("Bills of the cloud: corrections, surcharges, discounts, what is left out")
struct BillCaseTests {
    private static let catalogue = ["h100": "H100 SXM5 80GB", "a100": "A100 SXM4 80GB", "t4": "T4", "l4": "L4"]

    private static func read(
        _ text: String, provider: String? = nil, known: Set<UInt64> = [], machines: [String] = ["p5.48xlarge"]
    ) throws(BillReader.Failure) -> BillImport {
        let prices = machines.map {
            RentalPrice(
                provider: "AWS", region: "here", instance: $0, accelerator: "H100 SXM5 80GB", count: 8,
                onDemand: Cost(micros: 1, currency: "USD"), date: .first, source: "test")
        }
        return try BillReader.read(
            text, provider: provider, machines: BilledMachines(prices), today: CivilDate("2026-11-22") ?? .first,
            accelerator: { catalogue[$0.lowercased()] }, isKnown: { known.contains($0) })
    }

    private static let awsHead =
        "lineItem/UsageStartDate,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,"
        + "lineItem/UnblendedCost,lineItem/LineItemDescription\n"

    private static func aws(_ lines: String...) throws -> BillImport {
        try read(awsHead + lines.map { "2026-10-03T00:00:00Z," + $0 + "\n" }.joined())
    }

    private static let focusHead =
        "ProviderName,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ResourceId,SkuId,ConsumedQuantity,"
        + "ConsumedUnit,PricingQuantity,PricingUnit,EffectiveCost,ChargeDescription,CommitmentDiscountStatus\n"

    private static func focus(_ lines: String...) throws -> BillImport {
        try read(
            focusHead + lines.map { "AWS,2026-10-03T00:00:00Z,2026-10-04T00:00:00Z,Usage," + $0 + "\n" }.joined())
    }

    @Test("corrections are taken off hours and amount; only what is negative as a whole is refused, and said")
    func corrections() throws {
        let found = try Self.aws(
            "Usage,AmazonEC2,BoxUsage:p5.48xlarge,10,550.40,", "Usage,AmazonEC2,BoxUsage:p5.48xlarge,-4,-220.16,",
            "Usage,AmazonEC2,EBS:VolumeUsage.gp3,10,50,", "Usage,AmazonEC2,EBS:VolumeUsage.gp3,-10,-20,")
        #expect(found.bill.uses.map(\.microHours) == [48_000_000] && found.bill.uses[0].amount.micros == 330_240_000)
        #expect(found.bill.extras.map(\.amount.micros) == [30_000_000] && found.marks.count == 4 && found.faultCount == 0)
        let alone = try Self.aws(
            "Usage,AmazonEC2,BoxUsage:p5.48xlarge,-4,-220.16,", "Usage,AmazonEC2,EBS:VolumeUsage.gp3,10,50,")
        #expect(alone.bill.uses.isEmpty && alone.bill.extras.count == 1 && alone.marks.count == 1)
        #expect(alone.faults.map(\.line) == [2] && alone.faults[0].words.contains("negative"))
        let head = "provider,month,instance,hours,amount\n"
        let own = try Self.read(head + "aws,2026-10,p5.48xlarge,10,550.4\naws,2026-10,p5.48xlarge,-4,-220.16\n")
        #expect(own.bill.uses.map(\.microHours) == [48_000_000] && own.faultCount == 0)
        // Money given back for hours that were used is no more hours.
        let refund = try Self.aws(
            "Usage,AmazonEC2,BoxUsage:p5.48xlarge,10,550.40,", "Usage,AmazonEC2,BoxUsage:p5.48xlarge,10,-50.40,")
        #expect(refund.bill.uses.map(\.microHours) == [80_000_000] && refund.bill.uses[0].amount.micros == 500_000_000)
    }

    @Test("AWS: surcharges on a machine add their amount, and no hours; idle reserved capacity has both")
    func surcharges() throws {
        let found = try Self.aws(
            "Usage,AmazonEC2,USE1-BoxUsage:p5.48xlarge,10,500,", "Usage,ElasticMapReduce,USE1-BoxUsage:p5.48xlarge,10,50,",
            "Usage,8mkt,SoftwareUsage:p5.48xlarge,10,25,", "Usage,AmazonEC2,USE1-UnusedBox:p5.48xlarge,5,250,",
            "Usage,AmazonEC2,SpotUsage:p5.48xlarge,5,25,")
        #expect(found.bill.uses.map(\.microHours) == [160_000_000] && found.bill.uses[0].amount.micros == 850_000_000)
        #expect(found.bill.extras.isEmpty && found.faultCount == 0)
    }

    @Test("FOCUS: hours of compute alone, and those of one machine and time once; what was not used costs and has none")
    func sharedHours() throws {
        let found = try Self.focus(
            "Compute,i-1,sku-1,24,Hours,,,1200,p5.48xlarge,", "Compute,i-1,sku-licence,24,Hours,,,24,p5.48xlarge licence,",
            "Compute,i-2,sku-1,10,Hours,,,500,p5.48xlarge,", "Compute,i-2,sku-1,14,Hours,,,700,p5.48xlarge,",
            "Analytics,i-1,sku-emr,24,Hours,,,96,EMR on p5.48xlarge,",
            "Compute,ri-1,sku-1,,,12,Hours,80,p5.48xlarge,Unused")
        #expect(found.bill.uses.map(\.microHours) == [384_000_000] && found.bill.uses[0].amount.micros == 2_600_000_000)
        #expect(found.faultCount == 0 && found.marks.count == 6)
        // A line of the same time in a later file counts its amount alone.
        let lines = ["Compute,i-1,a,24,Hours,,,1200,p5.48xlarge,", "Compute,i-1,b,24,Hours,,,24,p5.48xlarge,"]
        let first = try Self.focus(lines[0])
        let text =
            Self.focusHead + lines.map { "AWS,2026-10-03T00:00:00Z,2026-10-04T00:00:00Z,Usage," + $0 + "\n" }.joined()
        let second = try Self.read(text, known: Set(first.marks))
        #expect(second.repeated == 1 && second.bill.uses.map(\.microHours) == [0])
        #expect(second.bill.uses[0].amount.micros == 24_000_000)
        let rents = PaidRent.all(CloudBill(uses: first.bill.uses + second.bill.uses))
        #expect(rents.map(\.microHours) == [192_000_000] && rents[0].amount.micros == 1_224_000_000)
        #expect(PaidRent.all(second.bill).isEmpty)
    }

    @Test(
        "FOCUS: a number goes with its own unit, also in thousands; what can't be read is said",
        arguments: [
            ("2,Hrs,,", 16), ("x,Hrs,3,Hours", 24), ("7,GB,2,1 Hour", 16), ("0.002,\"1,000 Hours\",,", 16),
            (",,\"30\",Minutes", 4), ("\"1,000\",Hrs,,", 0), ("2,1K Hours,,", 0), (",,,", 0), ("x,Hrs,,", 0),
        ])
    func pairs(quantities: String, gpuHours: Int64) throws {
        let found = try Self.focus("Compute,,,\(quantities),100,p5.48xlarge,")
        if gpuHours > 0 {
            #expect(found.bill.uses.map(\.microHours) == [gpuHours * 1_000_000], "\(found)")
        } else {
            #expect(found.bill.uses.isEmpty && found.faultCount == 1, "\(found)")
        }
    }

    @Test(
        "a line that names GPUs is never silently left out",
        arguments: [
            "AmazonSageMaker,USE1-Train:ml.p4d.24xlarge,1,9,", "AmazonEC2,BoxUsage:g6.xlarge,1,9,",
            "AmazonEC2,USE1-HostUsage:p5,1,9,",
            "other,x,1,9,Nvidia H100 80GB GPU running in Iowa", "other,x,1,9,A3 Instance Core running in Iowa",
            "other,x,1,9,Standard_NC24ads_A100_v4", "other,x,1,9,NV36ads A10 v5", "other,a3-highgpu-8g,1,9,",
            "other,x,1,9,Tesla T4 hours", "other,g4-standard-48,1,9,",
        ])
    func namesGPUs(line: String) throws {
        let found = try Self.aws("Usage," + line)
        #expect(
            found.faults.map(\.line) == [2] && found.faults[0].words.contains("GPUs") && found.leftOut.isEmpty, "\(found)")
    }

    @Test(
        "what only looks like it is left out, with what it cost",
        arguments: [
            "AmazonEC2,BoxUsage:m7i.large,1,9.5,", "AmazonEC2,BoxUsage:t4g.micro,1,9.5,", "other,x,1,9.5,P40 LRS Disk",
            "other,x,1,9.5,A2 v2 VM", "other,x,1,9.5,N1 Predefined Instance Core", "AWSLambda,x,1,9.5,",
        ])
    func noGPUs(line: String) throws {
        let found = try Self.aws("Usage," + line, "Credit,AmazonEC2,x,1,-3,")
        #expect(found.faultCount == 0 && found.leftOut.count == 2, "\(found)")
        #expect(found.leftOut[0].lines == 1 && found.leftOut[0].amount.micros == 9_500_000)
        #expect(found.leftOut[1].amount.micros == -3_000_000)
    }

    @Test("AWS: amounts after discounts are taken where they are there, and else it is said that they are not")
    func discounts() throws {
        let head = [
            "line_item_usage_start_date", "line_item_line_item_type", "line_item_usage_type", "line_item_usage_amount",
            "line_item_unblended_cost", "line_item_net_unblended_cost", "savings_plan_savings_plan_effective_cost",
            "savings_plan_net_savings_plan_effective_cost", "reservation_effective_cost", "reservation_net_effective_cost",
        ].joined(separator: ",")
        let net = try Self.read(
            head + """

                2026-10-01,Usage,BoxUsage:p5.48xlarge,1,100,80,,,,
                2026-10-01,SavingsPlanCoveredUsage,BoxUsage:p5.48xlarge,1,100,100,60,50,,
                2026-10-01,DiscountedUsage,BoxUsage:p5.48xlarge,1,100,100,,,55,40
                """)
        #expect(net.bill.uses.map(\.amount.micros) == [170_000_000])
        #expect(PaidRent.all(net.bill).map(\.isBeforeDiscounts) == [false])
        let gross = try Self.aws("Usage,AmazonEC2,BoxUsage:p5.48xlarge,1,100,")
        #expect(PaidRent.all(gross.bill).map(\.isBeforeDiscounts) == [true])
        let unused = try Self.read(
            Self.awsHead.dropLast() + ",reservation/UnusedRecurringFee\n"
                + "2026-10-01T00:00:00Z,Usage,AmazonEC2,BoxUsage:p5.48xlarge,1,100,,\n"
                + "2026-10-01T00:00:00Z,RIFee,AmazonEC2,HeavyUsage:p5.48xlarge,744,900,,30\n")
        #expect(unused.bill.uses.map(\.amount.micros) == [130_000_000] && unused.bill.uses[0].microHours == 8_000_000)
    }

    @Test("a line is known again whatever tables and --provider say of it now")
    func marks() throws {
        let text = "month,instance,gpus,hours,amount\n2026-10,p5.48xlarge,8,1,55\n"
        let first = try Self.read(text, provider: "aws")
        let again = try Self.read(text, provider: "amazon", known: Set(first.marks), machines: [])
        #expect(again.repeated == 1 && again.marks.isEmpty)
    }

    @Test(
        "hours that cost nothing, and days after this month, are refused",
        arguments: [
            "2026-10-01,2026-10-31,p5.48xlarge,1,0", "2026-11-01,2026-12-01,p5.48xlarge,1,5",
            "2026-10-01,2026-10-31,p5.48xlarge,1,-5", "2026-10-01,2026-10-31,p5.48xlarge,-1,5",
        ])
    func refused(line: String) throws {
        let found = try Self.read("from,to,instance,hours,amount\n\(line)\n", provider: "aws")
        #expect(found.faultCount == 1 && found.bill.uses.isEmpty)
    }
}
