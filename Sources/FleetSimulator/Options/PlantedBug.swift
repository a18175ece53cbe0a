/// A mistake built into the simulation's service, to show that the checkers find it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// Devices are called clean without a look at them.
    case skipsVerification
    /// Work is launched while its grant is still being written.
    case effectBeforeCommit
    /// After a restart every exit that is found counts as a success.
    case exitCodeLostAtReplay
    /// People are told yes while their command is still being written.
    case answersBeforeCommit
    /// An append of unknown outcome is taken as not written, and the server goes on.
    case goesOnAfterUnknownAppend
    /// Work that ignores the polite signal is never ended by force.
    case neverForces
    /// A list is trusted about attempts whose effects finished after it was asked for.
    case trustsStaleLists
    /// A repeated submission becomes a second request.
    case forgetsKeys
    /// The end of the log that a crash tore is read as if it were whole.
    case readsTornTail
    /// What is out of the pool is never looked at again.
    case neverRetests
    /// A device that did not come back clean is given up and offered all the same.
    case offersTheUnclean
    // What follows leaves the ledger in agreement with its log: only a second account of what happened finds it.
    /// Receipts charge a minute more than the devices were held.
    case chargesTooMuch
    /// Leases that ran out of time are written down as given back by their user.
    case blamesTheUser
    /// Leases end two minutes before their time.
    case endsEarly
    /// Nobody looks at the time after the first start of the server.
    case forgetsDeadlines
    /// Who does not fit at the moment is refused for good.
    case refusesWhatMustWait
    /// Work is ended by force at once, without its grace.
    case forcesAtOnce
    /// Work of others is asked to end when somebody waits, and nothing is written down.
    case stopsForOthers
    /// The work of a gang is launched with one device less.
    case launchesPartOfGang
    /// Of several devices only the first is looked at.
    case looksAtOneDevice
    /// Who gives back is told yes, and nothing happens.
    case swallowsReturns
    /// An extension counts twice.
    case extendsTwice
    /// Of two who ask for the same, the one who used more comes first.
    case favoursHeavyUsers
    /// Nobody passes anybody, though it would cost them nothing.
    case neverPasses
    /// Leases that are idle are taken with the second warning, and not when it said.
    case takesTooSoon
    /// Who is warned ends at once.
    case givesNoNotice
    /// What was warned ends though nobody waits for it any more.
    case endsForNobody
    /// Leases last three hours longer than they may, whatever is reserved.
    case reachesIntoReservations
    /// What is reserved begins at once, whoever has the devices.
    case reservesWhatIsTaken
    /// What begins lapses at once.
    case lapsesAtOnce
    /// Who is told of a drain ends at once.
    case drainsTooSoon

    /// Those that only the historian finds.
    package static let quiet: [PlantedBug] = [
        .chargesTooMuch, .blamesTheUser, .endsEarly, .forgetsDeadlines, .refusesWhatMustWait, .forcesAtOnce,
        .stopsForOthers, .launchesPartOfGang, .looksAtOneDevice, .swallowsReturns, .extendsTwice, .favoursHeavyUsers,
        .neverPasses, .givesNoNotice, .endsForNobody, .drainsTooSoon,
    ]
}
