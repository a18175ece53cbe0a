/// `/help`: what Carrel is and how one uses it, in plain words.
package struct HelpPage: Sendable {
    let viewer: Viewer?

    /// - Parameter viewer: nil: nobody signed in; the page says nothing that not everybody may know.
    package init(viewer: Viewer?) { self.viewer = viewer }

    package func html() -> HTML {
        Layout(title: "Help", place: .help, viewer: viewer).page { html in
            html.lead("Help") { $0.text("A desk in a library that one reader checks out: Carrel does that for GPUs.") }
            html(.div, .class("card", "help")) { html in
                html.markup(Self.beginning)
                html.markup(Self.words)
                html.markup(Self.limits)
                html.markup(Self.questions)
            }
        }
    }

    private static let beginning: Markup = """
        <section><h2 id="begin">How to begin</h2>
        <ol>
        <li>Look at <a href="/">Now</a>: what is free is yours at once. What is not, you wait for in a fair line.</li>
        <li>Not sure what you need? <a href="/plan">Plan</a> says whether a model fits, how long it takes, which GPU suits, and whether a GPU
        pays at all: before you wait.</li>
        <li>Ask: with <a href="/get">Get a GPU</a>, or from a terminal on the machine:
        <code>carrel run --gpus 1 --time 2h -- python train.py</code></li>
        <li>What your program needs is in an environment: make one under <a href="/environments">Environments</a>, and start in it with
        <code>--env NAME</code>.</li>
        <li>Files that many read are <a href="/data">data sets</a>: tick them where you ask, or add <code>--data NAME</code>, and find them
        at <code>/dev/data/NAME</code>, for reading only.</li>
        <li>Data on your computer? Send it under <a href="/files/my">Files</a>, or with <code>carrel files put data.csv</code>, and fetch
        results there. Work finds your team's folder by <code>$CARREL_TEAM_FOLDER</code>.</li>
        <li>Follow it under <a href="/work">My work</a>: its output, what its GPUs do, and the time that is left.</li>
        <li>When your program ends, the GPU comes back by itself. It is looked at, and offered again only when it is clean.</li>
        </ol></section>
        """

    private static let words: Markup = """
        <section><h2 id="words">The words</h2>
        <dl>
        <dt>Request</dt><dd>What you ask for: how many GPUs, of what kind, for how long, and what to run.</dd>
        <dt>Lease</dt><dd>Your right to those GPUs, for you alone, until a time. Its number is the request's.</dd>
        <dt>Extend</dt><dd>Moves the end of a lease further away.</dd>
        <dt>Keep</dt><dd>Says that a lease is in use though it looks idle.</dd>
        <dt>Return</dt><dd>Gives a lease back now. Its program is asked to end, and ended if it doesn't.</dd>
        <dt>Receipt</dt><dd>The proof of a return: what was checked, how much time and energy it took.</dd>
        <dt>Quarantine</dt><dd>A GPU that failed a check is offered to nobody until it is well again.</dd>
        <dt>No new leases</dt><dd>An administrator wants a machine to become empty, such as for an update.</dd>
        </dl></section>
        """

    private static let limits: Markup = """
        <section><h2 id="limits">Limits</h2>
        <p>An administrator may limit how much one person, or a team together, uses, so that there is something for everybody. What holds for
        you stands under <a href="/get">Get a GPU</a>, and <code>carrel limits</code> tells it with all its numbers.</p>
        <dl>
        <dt>GPUs at once</dt><dd>How many you may hold at one moment. One more starts when one of yours comes back.</dd>
        <dt>GPU-hours in seven days</dt><dd>What you used in the last seven days, and what your leases may still use until they end: one
        GPU for ten hours is ten. Return a lease early, and the rest of its time is yours again at once. Used hours come free seven days
        after; the page of a request that waits for them says when, and <code>carrel limits</code> how many.</dd>
        <dt>The longest lease</dt><dd>From the beginning of a lease to its end, with every extension.</dd>
        <dt>A request waits for a limit</dt><dd>It keeps its place, and others go past it meanwhile. Its page says which limit it is and when
        it can start. If the limit was lowered since, and your request is more than it allows, ask for less: return it, and ask anew.</dd>
        <dt>A limit was lowered while my lease runs</dt><dd>Your lease keeps the end that it was promised.</dd>
        </dl></section>
        """

    private static let questions: Markup = """
        <section><h2 id="questions">Questions</h2>
        <dl>
        <dt>Why do I wait?</dt><dd>The reason stands beside your request, in the line and on its own page. Your team's guaranteed GPUs are
        yours first; what is spare goes to whoever has used least lately.</dd>
        <dt>My lease is called idle, and it isn't.</dt><dd>Press Keep on its page, or run <code>carrel keep NUMBER</code>. You are warned
        before anything is taken.</dd>
        <dt>What happens to my files?</dt><dd>They stay. Only what your program wrote under /tmp and /dev/shm goes with the lease.</dd>
        <dt>My browser or my network broke down.</dt><dd>Nothing ends with that. Your work goes on, and so does the line.</dd>
        <dt>My GPU does not work.</dt><dd>Look at the output on the request's page first. If the GPU failed, it is put in quarantine and
        you get another one. <a href="/help/gpu">Why doesn't my GPU work?</a> goes through what else it may be.</dd>
        <dt>Where do I change my password, or sign out elsewhere?</dt><dd>Your name at the top leads to <a href="/account">your account</a>:
        browsers, tokens for programs, and the password.</dd>
        <dt>Can others see what I do?</dt><dd>They see your name, the name of your work, its GPUs and its times. They don't see its
        command, its output or its files.</dd>
        </dl></section>
        """
}
