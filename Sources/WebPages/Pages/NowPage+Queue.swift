import WireModel

extension NowPage {
    /// Those who wait, in the order in which devices are offered.
    func waiting(_ html: inout HTML) {
        html(.header) { html in
            html(.h2, .id("queue-title"), text: "Who waits")
            if queue.all > 0 { html(.p, text: Figures.counted(queue.all, "request")) }
        }
        guard !queue.entries.isEmpty else {
            html(
                .p, .class("none"),
                text: queue.all == 0
                    ? "Nobody waits. A GPU that is free is yours at once." : "The line is shorter than that.")
            return
        }
        html(.table, .class("cards", "line")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    html.column("Place", isFigures: true)
                    for name in ["Who and what", "Asks for", "Since", "Why it waits"] { html.column(name) }
                }
            }
            html(.tbody) { html in
                for entry in queue.entries { row(entry, &html) }
            }
        }
        if queue.pages > 1 { pages(&html) }
    }

    private func row(_ entry: Queue.Entry, _ html: inout HTML) {
        let request = entry.request
        html(.tr, request.user == viewer.name ? .class("me") : nil) { html in
            html(.th, .scope("row"), .class("n"), text: Figures.grouped(Int64(entry.place)))
            html(.td) { html in
                html(.bdi, .class("name"), text: request.user == viewer.name ? "You" : request.user)
                html(.small) { html in
                    html(.a, .href(.path("work", "\(request.id)"))) { $0(.bdi, .class("name"), text: request.title) }
                }
            }
            html(.td, .data(.label, "Asks for")) { html in
                html.text(request.gpus == 0 ? "cores and memory" : request.asked)
                html(.small, text: "for \(TimeSpanText.spoken(seconds: request.durationSeconds))")
            }
            html(.td, .data(.label, "Since")) { $0.ago(Moment(request.submittedAt), now: now) }
            html(.td, .class("full"), text: entry.reason ?? request.words)
        }
    }

    private func pages(_ html: inout HTML) {
        html(.nav, .label("Pages of the line")) { html in
            html(.ul, .class("choices")) { html in
                func link(_ name: String, _ page: Int) {
                    let show = choice == .all ? nil : choice.rawValue
                    html(.li) { html in
                        html(.a, .href(Link("/").with("show", show).with("page", "\(page)")), text: name)
                    }
                }
                if queue.page > 1 { link("Earlier in line", queue.page - 1) }
                html(.li, text: "Page \(queue.page) of \(queue.pages)")
                if queue.page < queue.pages { link("Later in line", queue.page + 1) }
            }
        }
    }
}
