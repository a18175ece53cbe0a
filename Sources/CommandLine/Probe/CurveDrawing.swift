import FleetModel
import Foundation

/// All kernels as one SVG that needs nothing else: light and dark by the reader's choice, and told apart without colours by dashes
/// and marks.
struct CurveDrawing {
    let pictures: [CurvePicture]
    /// Below all of them.
    var remarks: [String] = []

    private static let plot = (left: 84.0, right: 600.0, top: 52.0, bottom: 292.0), panel = 400.0
    // Of lengths without a common part, so that no two of many ways look alike.
    private static let dashes = ["", "6 3", "2 3", "10 3 2 3", "12 2", "8 2 2 2 2 2", "4 2 1 2"]
    private static let colours = 8

    /// As wide as the longest name needs; a letter of 13 pixels is 7.5 wide at most, on average.
    private var width: Double {
        let longest = pictures.flatMap { $0.series.map(\.name.count) }.max() ?? 0, needed = 688 + Double(longest) * 7.5
        return max(860, needed.rounded(.up))
    }

    var text: String {
        let remarkLines = remarks.flatMap { Wrapping.pieces(of: $0, width: 110) }
        let height = Self.panel * Double(pictures.count) + Double(remarkLines.count) * 18 + 24
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \(Self.number(height))" \
            width="\(Self.number(width))" height="\(Self.number(height))" role="img" aria-labelledby="t d">
            <title id="t">Processor and GPU: time by size</title>
            <desc id="d">\(Self.escaped(pictures.compactMap(\.words).joined(separator: " ")))</desc>
            \(Self.style)
            <rect class="ground" width="100%" height="100%"/>

            """
        for (index, picture) in pictures.enumerated() { svg += panel(picture, at: Double(index) * Self.panel) }
        for (index, line) in remarkLines.enumerated() {
            let y = Self.panel * Double(pictures.count) + 12 + Double(index) * 18
            svg += Self.label(line, 24, y, "small")
        }
        return svg + "</svg>\n"
    }

    private static let style = """
        <style>
        .ground{fill:#ffffff} text{fill:#1b1b1b;font:14px system-ui,sans-serif} .title{font-size:17px;font-weight:600} \
        .small{font-size:13px} .axis{stroke:#5a5a5a;fill:none} .grid{stroke:#dcdcdc;fill:none} \
        .cross{stroke:#1b1b1b;stroke-dasharray:3 3;fill:none} .band{fill:#1b1b1b;fill-opacity:.08} \
        .line{fill:none;stroke-width:2} .mark{stroke-width:1.5}
        .c0{color:#005b8f} .c1{color:#9a4a00} .c2{color:#00674c} .c3{color:#8a3a73} .c4{color:#b0281e} .c5{color:#3d3d9e} \
        .c6{color:#5c5200} .c7{color:#444444}
        .line,.mark{stroke:currentColor} .full{fill:currentColor} .hollow{fill:#ffffff}
        @media (prefers-color-scheme: dark){.ground,.hollow{fill:#161616} text{fill:#eeeeee} .axis{stroke:#a8a8a8} \
        .grid{stroke:#3a3a3a} .cross{stroke:#eeeeee} .band{fill:#eeeeee;fill-opacity:.12} .c0{color:#6cc4f5} .c1{color:#f0a860} \
        .c2{color:#5fd3ac} .c3{color:#e29ccb} .c4{color:#ff8d80} .c5{color:#a9a9ff} .c6{color:#d8c94e} .c7{color:#c8c8c8}}
        </style>
        """

    private func panel(_ picture: CurvePicture, at top: Double) -> String {
        var svg = "<g transform=\"translate(0 \(Self.number(top)))\">\n" + Self.label(picture.title, 24, 30, "title")
        svg += axes(picture)
        if let crossover = picture.crossover { svg += cross(crossover, picture) }
        for series in picture.series { svg += line(series, picture) }
        for (index, series) in picture.series.enumerated() {
            let y = Self.plot.top + 8 + Double(index) * 21
            svg +=
                "<g class=\"c\(series.mark % Self.colours)\">"
                + "<path class=\"line\"\(dash(series)) d=\"M622 \(Self.number(y))H662\"/>" + mark(series, 642, y) + "</g>\n"
            svg += Self.label(series.name, 672, y + 5, "small")
        }
        for (index, line) in Wrapping.pieces(of: picture.words ?? "", width: 112).enumerated() {
            svg += Self.label(line, 24, Self.plot.bottom + 62 + Double(index) * 18, "small")
        }
        return svg + "</g>\n"
    }

    private func axes(_ picture: CurvePicture) -> String {
        let place = Self.plot
        var svg = ""
        for decade in picture.decades {
            let y = y(Double(decade), picture)
            svg += "<path class=\"grid\" d=\"M\(Self.number(place.left)) \(Self.number(y))H\(Self.number(place.right))\"/>\n"
            svg += Self.label(CurvePicture.time(decade), place.left - 8, y + 5, "small", anchor: "end")
        }
        var free = 0.0
        for size in picture.sizes {
            let x = x(Double(size), picture), label = CurvePicture.size(size), half = Double(label.count) * 4 + 3
            svg += "<path class=\"axis\" d=\"M\(Self.number(x)) \(Self.number(place.bottom))v5\"/>\n"
            guard x - half >= free else { continue }
            free = x + half
            svg += Self.label(label, x, place.bottom + 20, "small", anchor: "middle")
        }
        let (left, top) = (Self.number(place.left), Self.number(place.top))
        svg += "<path class=\"axis\" d=\"M\(left) \(top)V\(Self.number(place.bottom))H\(Self.number(place.right))\"/>\n"
        return svg
            + Self.label(picture.unit, (place.left + place.right) / 2, place.bottom + 38, "small", anchor: "middle")
    }

    private func cross(_ crossover: ClosedRange<Double>, _ picture: CurvePicture) -> String {
        let left = x(crossover.lowerBound, picture), right = x(crossover.upperBound, picture)
        let (top, bottom) = (Self.plot.top, Self.plot.bottom)
        var svg = ""
        if right > left {
            svg +=
                "<rect class=\"band\" x=\"\(Self.number(left))\" y=\"\(Self.number(top))\" "
                + "width=\"\(Self.number(right - left))\" height=\"\(Self.number(bottom - top))\"/>\n"
        }
        for x in right > left ? [left, right] : [right] {
            svg += "<path class=\"cross\" d=\"M\(Self.number(x)) \(Self.number(top))V\(Self.number(bottom))\"/>\n"
        }
        // At the side where there is more room.
        let isLeft = left > (Self.plot.left + Self.plot.right) / 2
        return svg
            + Self.label(
                CurveChart.words(crossover, picture), isLeft ? right : left, top - 5, "small crossover",
                anchor: isLeft ? "end" : "start")
    }

    private func line(_ series: CurvePicture.Series, _ picture: CurvePicture) -> String {
        let places = series.points.map { (x: x(Double($0.size), picture), y: y(log10($0.seconds), picture)) }
        let points = places.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        return "<g class=\"c\(series.mark % Self.colours)\"><polyline class=\"line\"\(dash(series)) points=\"\(points)\"/>"
            + places.map { mark(series, $0.x, $0.y) }.joined() + "</g>\n"
    }

    private func dash(_ series: CurvePicture.Series) -> String {
        let dash = series.isReckoned ? "1 5" : Self.dashes[series.mark % Self.dashes.count]
        return dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    }

    /// Round, square, two triangles, diamond or bow, full or hollow.
    private func mark(_ series: CurvePicture.Series, _ x: Double, _ y: Double) -> String {
        let look = series.mark % 2 == 0 ? "mark full" : "mark hollow"
        let path =
            switch series.mark / 2 % 6 {
            case 0: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"
            case 1: "m-4-4h8v8h-8z"
            case 2: "m0-5l5 9h-10z"
            case 3: "m0-5l5 5l-5 5l-5-5z"
            case 4: "m0 5l5-9h-10z"
            default: "m-5-4l10 8v-8l-10 8z"
            }
        return "<path class=\"\(look)\" d=\"M\(Self.number(x)) \(Self.number(y))\(path)\"/>"
    }

    private func x(_ size: Double, _ picture: CurvePicture) -> Double {
        let range = picture.across, place = Self.plot
        let share = (log10(max(size, 1e-9)) - range.lowerBound) / (range.upperBound - range.lowerBound)
        return place.left + 8 + min(1, max(0, share)) * (place.right - place.left - 16)
    }

    private func y(_ logarithm: Double, _ picture: CurvePicture) -> Double {
        let range = picture.upward, place = Self.plot
        let share = (logarithm - range.lowerBound) / (range.upperBound - range.lowerBound)
        return place.bottom - 8 - share * (place.bottom - place.top - 16)
    }

    private static func label(
        _ text: String, _ x: Double, _ y: Double, _ kind: String, anchor: String = "start"
    ) -> String {
        let end = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        return "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\"\(end)>\(escaped(text))</text>\n"
    }

    private static func number(_ number: Double) -> String { String(format: "%.4g", (number * 10).rounded() / 10) }

    static func escaped(_ text: String) -> String {
        text.withoutControls.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
