import WireModel

/// One quantity over time as a small picture, with its newest value in words beside it. Spans in which nothing was seen stay
/// empty: they are not 0.
struct Sparkline {
    let name: String
    /// Seconds from the beginning of the series, and the value.
    let points: [(at: Double, value: Double)]
    /// How long the series is, in seconds.
    let length: Double
    /// Of each point, in seconds: what lies further apart than two of these is a gap.
    let step: Double
    /// The value at the upper edge.
    let top: Double
    let newest: String

    private static let width = 600.0, height = 100.0

    func write(to html: inout HTML) {
        html(.figure) { html in
            html(.figcaption) { html in
                html(.span, text: name)
                html(.strong, text: newest)
            }
            html(
                .svg, .class("spark"), .at(.viewBox, "0 0 600 100"), .at(.stretch, "none"), .role("img"),
                .label("\(name): \(newest)")
            ) { html in
                for run in runs {
                    let line = run.map { "\(Figures.plain(x($0.at))),\(Figures.plain(y($0.value)))" }.joined(separator: " ")
                    if let first = run.first, let last = run.last {
                        let under = "M\(Figures.plain(x(first.at))),100 L\(line) L\(Figures.plain(x(last.at))),100 Z"
                        html(.path, .at(.d, under))
                    }
                    html(.polyline, .at(.points, line))
                }
            }
        }
    }

    /// The points, parted where nothing was seen. A lone point becomes a short line.
    private var runs: [[(at: Double, value: Double)]] {
        var runs: [[(at: Double, value: Double)]] = []
        for point in points {
            if let last = runs.last?.last, point.at - last.at <= 2 * step {
                runs[runs.count - 1].append(point)
            } else {
                runs.append([point])
            }
        }
        return runs.map { $0.count > 1 ? $0 : $0 + [($0[0].at + step / 2, $0[0].value)] }
    }

    private func x(_ at: Double) -> Double { length > 0 ? at / length * Self.width : 0 }
    private func y(_ value: Double) -> Double {
        Self.height - (top > 0 ? min(1, max(0, value / top)) : 0) * (Self.height - 4)
    }
}
