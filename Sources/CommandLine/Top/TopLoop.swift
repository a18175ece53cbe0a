import Glibc
import WireClient
import WireModel

/// Draws again and again, until somebody has seen enough.
struct TopLoop {
    let client: CheckoutClient
    let pause: Duration

    private enum Happening: Sendable {
        case seen(TelemetryNow)
        case unanswered(ClientError)
        case screen(Screen.Event)
    }

    func run(_ first: TelemetryNow) async throws {
        let (stream, happens) = AsyncStream.makeStream(of: Happening.self, bufferingPolicy: .bufferingNewest(64))
        Screen.open()
        defer { Screen.close() }
        let events = Task {
            for await event in Screen.events { happens.yield(.screen(event)) }
        }
        let looks = Task {
            var client = client
            client.patience = .zero
            while !Task.isCancelled {
                try await Task.sleep(for: pause)
                do throws(ClientError) {
                    happens.yield(.seen(try await client.get(TopCommand.path, as: TelemetryNow.self, wait: .seconds(10))))
                } catch {
                    happens.yield(.unanswered(error))
                }
            }
        }
        defer {
            events.cancel()
            looks.cancel()
        }
        var newest = first, note: String?
        draw(newest, note)
        for await happening in stream {
            switch happening {
            case .seen(let now): (newest, note) = (now, nil)
            case .unanswered(.problem(let problem)): note = problem.detail
            case .unanswered: note = "no answer from the server; this is what was at \(LocalTime.text(newest.at))"
            case .screen(.resized): break
            case .screen(.ended): return
            case .screen(.key(let key)):
                guard [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4].contains(key) else { continue }
                return
            }
            draw(newest, note)
        }
    }

    private func draw(_ now: TelemetryNow, _ note: String?) {
        let size = Screen.size ?? (24, 80), colours = Screen.hasColours
        let lines = TopPicture(now, unicode: Glyphs.areUnicode).lines(width: size.columns, height: size.rows, note: note)
        // Each line takes the place of the one before, so that nothing flickers.
        var text = "\u{1B}[H"
        for (index, line) in lines.enumerated() {
            let code = colours ? line.look.code : ""
            text += (index == 0 ? "" : "\r\n") + code + line.text + (code.isEmpty ? "" : "\u{1B}[0m") + "\u{1B}[K"
        }
        Terminal.write(text + "\u{1B}[J")
    }
}

extension TopPicture.Line.Look {
    fileprivate var code: String {
        switch self {
        case .plain: ""
        case .head: "\u{1B}[1m"
        case .columns: "\u{1B}[7m"
        case .alarm: "\u{1B}[31m"
        case .unused: "\u{1B}[33m"
        }
    }
}
