import DevicePolicy
import FleetModel
import Testing

@Suite struct ForeignTests {
    private func foreign(_ processes: [DeviceProcess]?, leased: [Int32] = []) -> [Int32] {
        Foreign.processes(in: wellReading { $0.processes = processes }, leased: leased).map(\.pid)
    }

    @Test func theLeasesOwnAndTheDriversDaemonsAreNotForeign() {
        let listed = [
            process(30), process(20), process(10, "/usr/bin/nvidia-persistenced --user x", by: "nvidia-persistenced"),
            process(11, "nvidia-persiste", by: "root"), process(12, "/usr/lib/xorg/Xorg", by: "gdm"), process(20),
        ]
        #expect(foreign(listed, leased: [30]) == [20])
        #expect(foreign(nil) == [] && foreign([]) == [])
    }

    @Test func aNameIsNoProofAndNoNameIsNone() {
        #expect(foreign([process(5, "nv-hostengine", by: "mallory")]) == [5])
        #expect(foreign([process(5, "nv-hostengine", by: nil)]) == [])
        #expect(foreign([process(5, "/home/mallory/Xorg", by: "mallory"), process(6, "Xorg", by: "root")]) == [5])
        #expect(foreign([process(5, nil)]) == [5])
        #expect(foreign([process(5, "")]) == [5])
        #expect(foreign([process(5, "nvidia", by: "root")]) == [5])
    }

    @Test func aDisplayServerIsAllowedForWhoRunsTheScreenAlone() throws {
        func allows(_ program: String, _ user: String, _ allowed: AllowedPrograms = .usual) -> Bool {
            allowed.contains(process(5, "/usr/bin/\(program)", by: user))
        }
        #expect(allows("Xorg", "root") && allows("gnome-shell", "gdm"))
        #expect(!allows("Xorg", "alice") && !allows("gnome-shell", "alice"))
        let told = try #require(AllowedPrograms.usual.adding("gnome-shell=alice"))
        #expect(allows("gnome-shell", "alice", told) && !allows("gnome-shell", "bob", told))
        #expect(allows("Hyprland", "bob", try #require(told.adding("Hyprland"))))
        for wrong in ["", "=alice", "a=", "a=b,", "/usr/bin/Xorg"] { #expect(told.adding(wrong) == nil, "\(wrong)") }
    }

    @Test func eachPolicyDoesWhatItSays() {
        let found = [process(4711), process(4712, nil, by: nil)]
        let words =
            "On this GPU, leased by bob, there is work from outside Carrel: process 4711 (python, alice), process 4712."
        func follow(_ policy: ForeignPolicy) -> [ForeignConsequence] {
            Foreign.consequences(of: found, on: gpu, holder: UserName("bob"), policy)
        }
        #expect(follow(.warn) == [.tell(words)])
        #expect(follow(.block) == [.tell(words), .withhold(gpu, reason: words)])
        let kills = follow(.kill).compactMap { if case .end(let kill) = $0 { kill } else { nil } }
        #expect(kills.map(\.pid) == [4711, 4712])
        #expect(Foreign.consequences(of: [], on: gpu, holder: nil, .kill) == [])
    }

    @Test func nothingIsEndedOnTheDriversWordAlone() {
        let found = [process(0), process(1), process(-5), process(77)]
        let kills = Foreign.consequences(of: found, on: gpu, holder: nil, .kill).compactMap {
            if case .end(let kill) = $0 { kill } else { nil }
        }
        #expect(kills.map(\.pid) == [77])
        #expect(kills.allSatisfy { $0.confirm == ForeignKill.Confirmation.allCases && $0.device == gpu })
    }

    @Test func aLongListIsCutInWords() {
        let many = (1...9).map { process(Int32($0), "a", by: nil) }
        guard case .tell(let words) = Foreign.consequences(of: many, on: gpu, holder: nil, .warn).first else {
            Issue.record("it should be told")
            return
        }
        #expect(words.hasSuffix("process 4 (a) and 5 more."))
        #expect(words.contains("leased by nobody"))
    }
}
