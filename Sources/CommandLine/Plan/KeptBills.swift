import Advisor
import ArgumentParser
import FleetModel
import Foundation
import Glibc
import WireModel

/// Bills that this user took in: a file each, whole or not there, beside the imported prices.
struct KeptBills {
    let folder: String

    /// The largest file that is read.
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
            /// Missing: the bill says what is left after discounts, or doesn't tell.
            var isBeforeDiscounts: Bool?
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

        /// The newest with hours of the same provider, month and accelerator.
        func like(_ bill: CloudBill) -> (record: Record, use: CloudBill.Use)? {
            for record in records.reversed() {
                for use in record.bill.uses {
                    let isThere = bill.uses.contains {
                        $0.provider == use.provider && $0.accelerator == use.accelerator
                            && $0.from.monthText == use.from.monthText
                    }
                    if isThere { return (record, use) }
                }
            }
            return nil
        }
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

    /// Reads, decides and writes while nobody else does.
    func alone<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw unwritable() }
        let lock = open(folder + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw unwritable() }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 { guard errno == EINTR else { throw unwritable() } }
        sweep()
        return try work()
    }

    /// What was being written when a machine or a process ended.
    private func sweep() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(".new-") {
            let path = folder + "/" + name
            let written = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            if let written, written.timeIntervalSinceNow < -3_600 { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    private func unwritable() -> ArgumentParser.ExitCode {
        Exit.say("\(folder.shown) can't be written to: is there room, and is it yours? Nothing was changed.")
        return ExitCode(73)
    }

    /// Only within ``alone(_:)``.
    /// - Parameter replaced: the bill whose place it takes, in one step; nil: none, and it gets a number of its own.
    /// - Returns: its number.
    func keep(_ record: Record, inPlaceOf replaced: Int? = nil) throws -> Int {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch { throw unwritable() }
        guard replaced != nil || names.filter({ $0.hasSuffix(".json") }).count < Self.mostFiles else {
            Exit.say(
                "There are \(Self.mostFiles) bills already, the most that are kept. Remove some: carrel plan cost bill list")
            throw ExitCode(65)
        }
        var record = record
        record.number =
            replaced ?? (names.compactMap { Int($0.split(separator: ".").first ?? "") }.max() ?? 0) + 1
        let scratch = "\(folder)/.new-\(UUID().uuidString)"
        defer { unlink(scratch) }
        do {
            try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: scratch))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch))
            try file.synchronize()
            try file.close()
        } catch { throw unwritable() }
        // Either the old one or the new one is there, whatever ends this.
        guard rename(scratch, "\(folder)/\(record.number).json") == 0 else { throw unwritable() }
        synchronize()
        return record.number
    }

    /// A name in a folder lasts when the folder is written, too.
    private func synchronize() {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    /// - Returns: false: there is none of this number.
    func remove(_ number: Int) throws -> Bool {
        guard FileManager.default.fileExists(atPath: "\(folder)/\(number).json") else { return false }
        return try alone {
            guard unlink("\(folder)/\(number).json") == 0 else {
                if errno == ENOENT { return false }
                throw unwritable()
            }
            synchronize()
            return true
        }
    }
}

extension KeptBills.Record {
    init(_ bill: CloudBill, file: String, digest: UInt64, marks: [UInt64], today: CivilDate) {
        (number, self.file, takenAt) = (0, file.shown, today.text)
        self.digest = Self.hexadecimal(digest)
        self.marks = marks.map(Self.hexadecimal).joined()
        uses = bill.uses.map {
            Use(
                provider: $0.provider, instance: $0.instance, accelerator: $0.accelerator, from: $0.from.text,
                until: $0.until.text, microHours: $0.microHours, micros: $0.amount.micros,
                isBeforeDiscounts: $0.isBeforeDiscounts ? true : nil)
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
                    microHours: max(0, use.microHours), amount: Cost(micros: max(0, use.micros), currency: "USD"),
                    isBeforeDiscounts: use.isBeforeDiscounts ?? false)
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
