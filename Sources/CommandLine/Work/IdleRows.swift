import WireModel

extension IdleView {
    /// For `carrel show`.
    var rows: [[String]] {
        var rows = [["use", words + (since.map { " Since \(LocalTime.text($0))." } ?? "")]]
        if let notice {
            rows.append(["notice", "\(LocalTime.text(notice.at)): \(notice.said)"])
        }
        if let releaseAt { rows.append(["idle return", "at \(LocalTime.text(releaseAt)), if it stays unused"]) }
        if let keptUntil { rows.append(["kept", "until \(LocalTime.text(keptUntil))"]) }
        return rows
    }
}

extension NoticeView {
    var said: String { evidence.isEmpty ? sentence : sentence + " " + evidence }

    /// For people: what is so, what will happen, and what to do.
    var lines: String {
        var words = said
        if let releaseAt, ["advised", "warned", "warnedAgain", "wouldBeReleased"].contains(kind) {
            words += " It will be returned at \(LocalTime.moment(releaseAt)) if it stays unused."
        }
        if let keep { words += " To keep it: \(keep)" }
        return words
    }
}
