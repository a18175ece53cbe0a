# What the benchmarks compare Carrel with; sourced by Scripts/bench-setup and Scripts/bench.
# shellcheck shell=bash

# shellcheck disable=SC2034 # used by who sources this
peers_home=${XDG_CACHE_HOME:-${HOME:?}/.cache}/carrel-bench
# 2.60's workers abort here ("Mutex corrupt"); this is the newest one that ran.
# shellcheck disable=SC2034
ray_version=2.44.1

# has_peer PACKAGE: whether what a Debian package brings is there, wherever it came from.
has_peer() {
    case "$1" in
        slurmctld | slurmd | slurmrestd) command -v "$1" ;;
        slurm-client) command -v sbatch ;;
        munge) command -v munged ;;
        task-spooler) command -v tsp ;;
        nginx-light) command -v nginx ;;
        wrk) command -v wrk ;;
        *) fail "no check for the package $1: add it to has_peer in Benchmarks/peers.sh" ;;
    esac >/dev/null 2>&1
}
