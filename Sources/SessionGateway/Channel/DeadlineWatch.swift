import NIOCore

/// Rings when the machine's deadline is over. A timer that rings too early is set anew: that costs less than setting one
/// for each request.
final class DeadlineWatch {
    private let spans: GatewaySettings.Spans
    private var due: (deadline: GatewayDeadline, at: NIODeadline, progress: UInt64)?
    private var timer: (scheduled: Scheduled<Void>, at: NIODeadline)?

    /// The body that passes may take as long as it likes, as long as something of it comes; until its request has ended.
    var isPatient = false

    /// Whom to tell.
    var ring: (GatewayDeadline) -> Void = { _ in }

    init(_ spans: GatewaySettings.Spans) { self.spans = spans }

    func set(_ machine: GatewayMachine, on loop: any EventLoop) {
        guard let deadline = machine.deadline else {
            due = nil
            isPatient = false
            if machine.isClosed { stop() }
            return
        }
        if let due, due.deadline == deadline, due.progress == machine.progress || !(deadline.beginsAnew || isPatient) {
            return
        }
        if deadline != .passedBody { isPatient = false }
        let at = NIODeadline.now() + spans.of(deadline)
        due = (deadline, at, machine.progress)
        if let timer, timer.at <= at { return }
        schedule(at, on: loop)
    }

    func stop() {
        timer?.scheduled.cancel()
        timer = nil
        due = nil
    }

    private func schedule(_ at: NIODeadline, on loop: any EventLoop) {
        timer?.scheduled.cancel()
        let scheduled = loop.assumeIsolated().scheduleTask(deadline: at) { [weak self] in
            guard let self else { return }
            timer = nil
            guard let due else { return }
            if NIODeadline.now() >= due.at {
                self.due = nil
                ring(due.deadline)
            } else {
                schedule(due.at, on: loop)
            }
        }
        timer = (scheduled, at)
    }
}

extension GatewayDeadline {
    /// Whether it counts from the last thing that happened, and not from the begin of what is waited for.
    var beginsAnew: Bool {
        switch self {
        case .nextHead, .requestBody, .halfOpen: true
        case .firstHead, .passedBody, .decision, .connection, .responseHead, .stall, .linger: false
        }
    }
}
