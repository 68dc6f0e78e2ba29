#!/bin/sh
# Starts the Workers runtime deaf to the terminal's signals, which reach its whole process group: on Ctrl-C the launcher
# stops the runtime, once the answers under way have ended.
trap '' INT HUP
exec "$NEXCODE_RUNTIME" "$@"
