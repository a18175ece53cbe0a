# Shared by the scripts beside it; sourced, never run.
# shellcheck shell=bash

# step TEXT: announces what comes next, in bold on a terminal.
step() {
    if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

# fail TEXT...: what happened and what to do next, a line each; ends the script.
fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# has_part PACKAGE: whether what a Debian package brings is there, wherever it came from.
has_part() {
    case "$1" in
        bubblewrap) command -v bwrap ;;
        gcc) command -v gcc ;;
        libc6-dev) echo '#include <stdio.h>' | gcc -E - ;;
        libsqlite3-dev) echo '#include <sqlite3.h>' | gcc -E - ;;
        zlib1g-dev) echo '#include <zlib.h>' | gcc -E - ;;
        util-linux) command -v setsid && command -v setpriv ;;
        procps) command -v ps ;;
        curl) command -v curl ;;
        openssl) command -v openssl ;;
        python3) command -v python3 ;;
        sqlite3) command -v sqlite3 ;;
        iproute2) command -v ip ;;
        strace) command -v strace ;;
        git | tmux | vim | less | nano | htop) command -v "$1" ;;
        dpkg-dev) command -v dpkg-shlibdeps ;;
        debootstrap) command -v debootstrap ;;
        chromium) [ -x /usr/bin/chromium ] ;;
        python3-venv) [ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import ensurepip, venv' ;;
        *) fail "no check for the package $1: add it to has_part in Scripts/lib.sh" ;;
    esac >/dev/null 2>&1
}

# need_parts PACKAGE...: installs what is missing where this is root on Debian or Ubuntu; else says how, and fails.
need_parts() {
    local part missing=()
    for part in "$@"; do has_part "$part" || missing+=("$part"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    local install="apt-get install -y ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        fail "Missing: what Debian's packages ${missing[*]} bring." "Install the same parts by this system's own means."
    elif [ "$(id -u)" -ne 0 ]; then
        fail "Missing: ${missing[*]}." "Install them, and run this again:" "  sudo $install"
    fi
    echo "Installing ${missing[*]} ..."
    apt-get update -q >/dev/null || fail "apt-get update failed: its words are above. Mend that, and run this again."
    # shellcheck disable=SC2086 # the words of the command
    DEBIAN_FRONTEND=noninteractive $install >/dev/null || fail "It failed: $install" "Mend that, and run this again."
    for part in "${missing[@]}"; do has_part "$part" || fail "$part is installed, and what it brings is not there."; done
}

# need_swift: fails without a compiler of version 6.2 or newer.
need_swift() {
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "There is no Swift compiler in the PATH." "Install Swift 6.2 or newer: https://www.swift.org/install/linux/"
    [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" = 6.2 ] ||
        fail "Swift $version is too old." "Install Swift 6.2 or newer: https://www.swift.org/install/linux/"
}

# build_shown COMMAND...: runs a build with its output in a file, and shows how far it is in about ten lines.
build_shown() {
    local log=$PWD/.build/build.log
    mkdir -p .build
    echo "All that the build says goes to $log"
    if ! "$@" 2>&1 </dev/null | tee "$log" | awk '
        /^\[[0-9]+\/[0-9]+\]/ {
            split(substr($1, 2), part, /[\/\]]/)
            tenth = int(part[1] * 10 / part[2])
            if (tenth > shown) { shown = tenth; printf "  %s of %s parts\n", part[1], part[2]; fflush() }
            next
        }
        /^Build.* complete/ { shown = 0; print "  " $0; fflush() }
        /^Installing / { print "  " $0; fflush() }'; then
        tail -n 30 "$log" >&2
        fail "" "The build failed: its last lines are above, all of them in $log"
    fi
}

# need_carrel: builds the binary to install where there is none newer than the sources, and sets `carrel` to it.
# CARREL_BINARY names another one, such as .build/debug/carrel.
need_carrel() {
    if [ -n "${CARREL_BINARY:-}" ]; then
        carrel=$(realpath "$CARREL_BINARY")
    else
        if [ ! -x bin/carrel ] || [ ! -x bin/carrel-init ] || [ -n "$(find Sources Package.swift -newer bin/carrel -print -quit)" ]; then
            need_swift
            build_shown make --no-print-directory build
        fi
        carrel=$PWD/bin/carrel
    fi
    [ -x "$carrel" ] || fail "$carrel can't be executed." "Build it: make build"
    # Under root the server runs as a user of its own, who must be able to load the binary. It is started by descriptor,
    # as Carrel does it, so that the folder it lies in does not matter.
    if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 --help 9<"$carrel" >/dev/null 2>&1; then
        fail "$carrel can't be started by another user than root, perhaps since the Swift compiler lies in a private folder." \
            "Build the binary that needs nothing of the compiler's: make build"
    fi
}

# has_gpu: whether a GPU driver made device nodes here.
has_gpu() { compgen -G '/dev/nvidia[0-9]*' >/dev/null || [ -e /dev/kfd ]; }
