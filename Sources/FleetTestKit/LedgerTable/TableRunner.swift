import FleetModel
import LeaseLedger

/// Runs the lines of a table on one ledger.
///
/// | verb | what it does |
/// |---|---|
/// | `request ID USER WANT [SPAN] [cores= memory= name= kind= under=]` | submits; ID is the number that it must get |
/// | `return ID USER`, `extend ID SPAN USER` | `root!` is an administrator |
/// | `revoke ID root! REASON…` | an administrator takes it |
/// | `grant ID NODE:0,1 [cores= memory=]` | adopts a plan of one grant |
/// | `plan ID NODE:0,1; ID NODE:2; refuse ID` | adopts a plan of several; the ledger takes its refusals first |
/// | `plan reclaim ID ID2; spare ID` | the same: lease ID is to be taken back for ID2; lease ID is left alone |
/// | `policy WHO [default= longest= hold= halflife= grace= waiting= reclaim=on notice= minimum=]` | changes the policy |
/// | `team NAME WHO [+user] [-user] [guarantee= limit=]`, `unteam NAME WHO` | changes teams; `limit=none` lifts it |
/// | `after SPAN` | time passes, and the clock's command is given |
/// | `wait SPAN` | time passes, and nobody tells the ledger; a negative span takes the clock back |
/// | `clock` | gives the clock's command |
/// | `node NAME DEVICES [boot= cores= memory= without=0,1]` | a node reports |
/// | `lost NODE`, `found NODE` | contact |
/// | `seen ATTEMPT running`, `seen ATTEMPT exited 0` … | the engine reports |
/// | `verified ATTEMPT clean`, or `dirty`, `dirtier`, `unchecked`, `nothing` | somebody looked at the devices |
/// | `verified ATTEMPT clean stuck=n1:0 giveup=n1:0` | memory of a device is stuck; the device is given up |
/// | `unhealthy n1:0 reset`, `unhealthy n1:0 reboot ending`; `recovered n1:0` | a judge of devices says so |
/// | `quarantine n1:0 root!`, `release n1:0 as root` | an administrator says so |
/// | `keep ID USER` | the lease is in use, whatever is seen |
/// | `watched`, `idle ATTEMPT warned [since=SPAN] [release=SPAN]` | leases are looked at; the rule of idle return says so |
/// | `stray ATTEMPT NODE:0,1`, `gone ATTEMPT` | work that no lease accounts for |
/// | `owed [ATTEMPT preparing, ATTEMPT exited 0 …] [pending=1/1]` | asks what is owed for that list of the engine |
/// | `engine` with such a list | the same, and the ledger takes in what the list tells |
/// | `reserve OWNER WHO WANT FROM SPAN`, `unreserve ID WHO` | claims future devices; gives the claim up |
/// | `drain NODE SPAN WHO` | the node is to be empty by then |
/// | `show ID`, `show NODE:0`, `show NODE`, `show queue`, `show live`, `show deadline`, `show usage USER`, `show team USER` | asks |
struct TableRunner {
    var ledger = RecordedLedger()
    var now = ManualClock.start
    let words = TableWords(start: ManualClock.start)

    mutating func run(_ line: TableLine) throws -> TableAnswer {
        switch line.command.prefix(while: { !$0.isWhitespace }) {
        case "plan": return try plan(line.command)
        case "owed": return .items(TableWords.owed(try reconciliation(line.command)))
        case "engine": return try engine(line.command)
        default: break
        }
        var arguments = try TableArguments(line.command)
        let answer = try answer(&arguments)
        try arguments.finish()
        return answer
    }

    private mutating func answer(_ arguments: inout TableArguments) throws -> TableAnswer {
        switch arguments.verb {
        case "request": try request(&arguments)
        case "return": try command(.giveBack(arguments.lease(), by: arguments.requester()))
        case "extend": try extend(&arguments)
        case "revoke": try revoke(&arguments)
        case "grant": try grant(&arguments)
        case "policy": try policy(&arguments)
        case "team": try team(&arguments)
        case "move": try move(&arguments)
        case "unteam": try command(.removeTeam(TeamName(arguments.next("a team")), by: arguments.requester()))
        case "after": try pass(&arguments, telling: true)
        case "wait": try pass(&arguments, telling: false)
        case "clock": try command(.advanceClock)
        case "node": try node(&arguments)
        case "lost": try observation(.contact(NodeName(arguments.next("a node")), .lost))
        case "found": try observation(.contact(NodeName(arguments.next("a node")), .known))
        case "seen": try seen(&arguments)
        case "verified": try verified(&arguments)
        case "stray": try stray(&arguments)
        case "gone": try observation(.strayGone(TableArguments.attempt(arguments.next("an attempt"), ledger.state)))
        case "quarantine": try command(.quarantine(device(&arguments), detail: "", by: arguments.requester()))
        case "release": try command(.release(device(&arguments), by: arguments.requester()))
        case "unhealthy": try unhealthy(&arguments)
        case "foreign": try foreign(&arguments)
        case "recovered": try recovered(&arguments)
        case "cordon":
            try command(.cordon(NodeName(arguments.next("a node")), detail: "", by: arguments.requester()))
        case "uncordon": try command(.uncordon(NodeName(arguments.next("a node")), by: arguments.requester()))
        case "suspected": try observation(.suspected(NodeName(arguments.next("a node")), detail: "too many at once"))
        case "trusted": try observation(.trusted(NodeName(arguments.next("a node"))))
        case "reserve": try reserve(&arguments)
        case "unreserve": try unreserve(&arguments)
        case "drain": try drain(&arguments)
        case "show": try show(&arguments)
        case "keep": try command(.keep(arguments.lease(), by: arguments.requester()))
        case "watched": try observation(.idleWatchBegan)
        case "idle": try idle(&arguments)
        default: throw LedgerFault("  there is no verb \(arguments.verb)")
        }
    }

    mutating func command(_ command: Command) throws -> TableAnswer {
        switch try ledger.handle(command, at: now) {
        case .success(let events): .items(events.map { words.event($0.event) })
        case .failure(let rejection): .rejected(rejection)
        }
    }

    mutating func observation(_ observation: Observation) throws -> TableAnswer {
        .items(try ledger.handle(observation, at: now).map { words.event($0.event) })
    }

    private mutating func pass(_ arguments: inout TableArguments, telling: Bool) throws -> TableAnswer {
        now = now + (try TableArguments.span(arguments.next("a span")))
        return telling ? try command(.advanceClock) : .items([])
    }
}
