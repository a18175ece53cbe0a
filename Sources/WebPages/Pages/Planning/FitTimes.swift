import WireModel

/// How long the amount takes, on the page that says whether it fits.
struct FitTimes {
    let answer: FitView

    func card(_ html: inout HTML) {
        html.card("times-title", "How long it takes") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("GPU")
                        for name in ["Time", "Between", "Energy", "To rent"] { html.column(name, isFigures: true) }
                    }
                }
                html(.tbody) { html in
                    for device in answer.devices where device.seconds != nil {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: device.timedName)
                            html(.td, .class("n"), .data(.label, "Time"), text: device.timeText ?? "–")
                            html(.td, .class("n"), .data(.label, "Between"), text: device.timeRangeText ?? "–")
                            html(.td, .class("n"), .data(.label, "Energy"), text: device.energyText ?? "–")
                            html(.td, .class("n"), .data(.label, "To rent")) { html in
                                html.text(device.rentText ?? "–")
                                if let range = device.rentRangeText { html(.small, text: " (\(range))") }
                            }
                        }
                    }
                }
            }
            for note in answer.timeNotes { html(.p, text: note.prefix(1).uppercased() + note.dropFirst() + ".") }
            guard !answer.rentWords.isEmpty else { return }
            html(.h3, text: "Rents")
            html(.ul) { html in for line in answer.rentWords { html(.li, text: line) } }
        }
    }
}
