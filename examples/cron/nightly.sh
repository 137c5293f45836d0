#!/bin/sh
# The nightly build of SlotWatch, for cron: one night at a time, a log per night, a message when it fails.
#
#   nightly.sh [DAY]    DAY is the as_of of the build, such as 2026-03-02, its first instant in UTC; default is today
#
# A night that was built to its end is skipped, so the script may be called again at any time. It ends with 0, with the
# code of the build that failed, or with 75 when an earlier build is still running.
#
#   SLOTWATCH_HOME         the checkout; default is the one that this script lies in
#   SLOTWATCH_TARGET       target of profiles.yml; default is duckdb. On postgres, load raw files before: slotwatch load
#   SLOTWATCH_LOGS         folder of the logs; default is logs/nightly in the checkout
#   SLOTWATCH_KEEP_LOGS    days that a log is kept; default is 30
#   SLOTWATCH_ON_FAILURE   command that gets the end of the log on its standard input
set -eu

home=${SLOTWATCH_HOME:-$(cd "$(dirname "$0")/../.." && pwd)}
night=${1:-$(date -u +%F)}
logs=${SLOTWATCH_LOGS:-$home/logs/nightly}
log=$logs/$night.log

mkdir -p "$logs"
cd "$home"

# The processes of the build inherit the lock: it is free when the last of them has ended, for whatever reason.
exec 9> "$logs/lock"
if ! flock --nonblock 9; then
    echo "SlotWatch: an earlier build is still running, the night of $night is not started." >&2
    exit 75
fi

echo "$(date -u '+%F %T') UTC: the night of $night" >> "$log"
begin=$(wc -l < "$log") # an earlier try may have written to the same log
status=0
.venv/bin/slotwatch replay --days "$night" --target "${SLOTWATCH_TARGET:-duckdb}" --summary >> "$log" 2>&1 || status=$?
echo "$(date -u '+%F %T') UTC: ended with $status" >> "$log"

if [ "$status" -ne 0 ]; then
    message=$(echo "SlotWatch: the night of $night failed, see $log"; tail -n "+$begin" "$log" | tail -n 20)
    echo "$message" >&2
    if [ -n "${SLOTWATCH_ON_FAILURE:-}" ]; then
        echo "$message" | sh -c "$SLOTWATCH_ON_FAILURE" || echo "SlotWatch: SLOTWATCH_ON_FAILURE failed too." >&2
    fi
fi

find "$logs" -name '*.log' -mtime "+${SLOTWATCH_KEEP_LOGS:-30}" -delete
exit "$status"
