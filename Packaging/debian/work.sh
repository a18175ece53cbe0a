data=/var/lib/carrel

# How many attempts run: pid 1 of each sandbox holds a lock, which goes with it, however it ends.
count_work() {
    count=0
    for lock in "$data"/attempts/*/*/lock; do
        if [ -f "$lock" ] && ! flock --nonblock "$lock" true; then count=$((count + 1)); fi
    done
    echo "$count"
}

# Whether a Carrel runs on this data, started by the unit or by hand.
has_launcher() { [ -f "$data/lock" ] && ! flock --nonblock "$data/lock" true; }

# Whether a process but the unit's own is in the control group of carrel-work.service, wherever the data lies. What can't
# be told counts as yes: a unit that stays does no harm, and work that was ended is lost.
unit_has_work() {
    [ -d /run/systemd/system ] || return 1
    case "$(systemctl show --property ActiveState --value carrel-work.service)" in inactive | failed) return 1 ;; esac
    group=$(systemctl show --property ControlGroup --value carrel-work.service) && [ -n "$group" ] || return 0
    looked=
    for top in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        [ -e "$top$group/cgroup.procs" ] || continue
        looked=yes
        # The unit's own process is in a group of its own, or known by its name where version 2 is not used.
        found=$(find "$top$group" -path "$top$group/holder" -prune -o -name cgroup.procs -exec cat {} +) || return 0
        for process in $found; do
            [ "$(tr "\0" " " 2>/dev/null <"/proc/$process/cmdline")" = "/usr/lib/carrel/carrel-init hold " ] || return 0
        done
    done
    [ -z "$looked" ]
}
