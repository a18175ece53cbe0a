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
