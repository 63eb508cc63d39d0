"""What test_child.py runs as a child process; the first argument says what it does."""

import os
import subprocess
import sys
import threading

from widget.jobs.child import say


def main() -> None:
    what = sys.argv[1]
    say(pid=os.getpid(), nice=os.nice(0), group=os.getpgid(0), arguments=sys.argv[1:])
    if what == "talk":
        print("printed")
    elif what == "fail":
        sys.exit("it went wrong")
    elif what == "hang":
        threading.Event().wait()
    elif what == "grandchild":
        say(grandchild=subprocess.Popen(["sleep", "600"]).pid)
        threading.Event().wait()
    elif what == "eat":
        kept = [bytearray(10_000_000) for _ in range(1_000)]
        say(ate=len(kept))
    elif what == "compute":
        while True:
            pass


if __name__ == "__main__":
    main()
