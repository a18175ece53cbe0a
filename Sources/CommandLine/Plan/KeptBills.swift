import Advisor
import ArgumentParser
import FleetModel
import Foundation

/// Bills that this user took in: a file each, whole or not there, beside the imported prices.
struct KeptBills {
    let folder: String

    /// The largest file that is read; a provider's report of a month comes in pieces that are smaller.
    static let mostBytes = 64_000_000
    static let mostFiles = 1_000

    static var here: KeptBills { KeptBills(folder: ImportedPrices.configuration + "/bills") }

    /// One taking in. Amounts are millionths of a dollar, hours millionths of an hour of one GPU.
    struct Record: Codable, Sendable {
        var number: Int
        var file: String
        /// Of the file's bytes.
        var digest: String
        var takenAt: String
        var uses: [Use]
        var extras: [Extra]
        /// Of each line, 16 hexadecimal digits each.
        var marks: String

        struct Use: Codable, Sendable {
            var provider: String
            var instance: String?
            var accelerator: String?
            var from: String
            var until: String
            var microHours: Int64
            var micros: Int64
        }

        struct Extra: Codable, Sendable {
            var provider: String
            var what: String
            var from: String
            var until: String
            var micros: Int64
        }
    }

    struct All {
        var records: [Record] = []

        var bill: CloudBill {
            var bill = CloudBill()
            for record in records {
                bill.uses += record.bill.uses
                bill.extras += record.bill.extras
            }
            return bill
        }

        var marks: Set<UInt64> { Set(records.flatMap(\.allMarks)) }
    }

    /// All that can be read, by number; a file that can't is said and left out.
    func all() -> All {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }
        let records = names.prefix(Self.mostFiles).compactMap { name -> Record? in
            let path = folder + "/" + name
            do {
                var record = try JSONDecoder().decode(
                    Record.self, from: Data(try ImportedPrices.bytes(of: path, atMost: Self.mostBytes * 2)))
                guard let number = Int(name.dropLast(5)) else { return nil }
                record.number = number
                return record
            } catch {
                Exit.say("\(path) was left out: it can't be read. Delete it, and take the bill in again.")
                return nil
            }
        }
        return All(records: records.sorted { $0.number < $1.number })
    }

    /// - Returns: its number, which no other has, whoever takes one in at the same time.
    func keep(_ record: Record) throws -> Int {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard names.filter({ $0.hasSuffix(".json") }).count < Self.mostFiles else {
            Exit.say(
                "There are \(Self.mostFiles) bills already, the most that are kept. Remove some: carrel plan cost bill list")
            throw ExitCode(65)
        }
        let scratch = "\(folder)/.new-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        var number = (names.compactMap { Int($0.split(separator: ".").first ?? "") }.max() ?? 0) + 1
        while true {
            var record = record
            record.number = number
            try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: scratch))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch))
            try file.synchronize()
            try file.close()
            // A link is made whole or not at all, and takes nobody's place.
            do {
                try FileManager.default.linkItem(atPath: scratch, toPath: "\(folder)/\(number).json")
                return number
            } catch CocoaError.fileWriteFileExists { number += 1 }
        }
    }

    /// - Returns: false: there is none of this number.
    func remove(_ number: Int) throws -> Bool {
        do {
            try FileManager.default.removeItem(atPath: "\(folder)/\(number).json")
            return true
        } catch CocoaError.fileNoSuchFile { return false }
    }
}

extension KeptBills.Record {
    init(_ bill: CloudBill, file: String, digest: UInt64, marks: [UInt64], today: CivilDate) {
        (number, self.file, takenAt) = (0, String(file.prefix(200)), today.text)
        self.digest = Self.hexadecimal(digest)
        self.marks = marks.map(Self.hexadecimal).joined()
        uses = bill.uses.map {
            Use(
                provider: $0.provider, instance: $0.instance, accelerator: $0.accelerator, from: $0.from.text,
                until: $0.until.text, microHours: $0.microHours, micros: $0.amount.micros)
        }
        extras = bill.extras.map {
            Extra(
                provider: $0.provider, what: $0.what, from: $0.from.text, until: $0.until.text, micros: $0.amount.micros)
        }
    }

    static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var bill: CloudBill {
        CloudBill(
            uses: uses.compactMap { use in
                guard let from = CivilDate(use.from), let until = CivilDate(use.until) else { return nil }
                return CloudBill.Use(
                    provider: use.provider, instance: use.instance, accelerator: use.accelerator, from: from, until: until,
                    microHours: max(0, use.microHours), amount: Cost(micros: max(0, use.micros), currency: "USD"))
            },
            extras: extras.compactMap { extra in
                guard let from = CivilDate(extra.from), let until = CivilDate(extra.until) else { return nil }
                return CloudBill.Extra(
                    provider: extra.provider, what: extra.what, from: from, until: until,
                    amount: Cost(micros: max(0, extra.micros), currency: "USD"))
            })
    }

    var allMarks: [UInt64] {
        let bytes = Array(marks.utf8)
        return stride(from: 0, to: bytes.count - bytes.count % 16, by: 16).compactMap {
            UInt64(String(decoding: bytes[$0..<$0 + 16], as: UTF8.self), radix: 16)
        }
    }
}
