# Runs a command in a terminal of its own: keys from stdin, what it draws to stdout, its exit code as ours.
import os
import pty
import select
import sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
inputs = [0, terminal]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if 0 in ready:
        keys = os.read(0, 1024)
        if keys:
            os.write(terminal, keys)
        else:
            inputs.remove(0)
    if terminal in ready:
        try:
            drawn = os.read(terminal, 65536)
        except OSError:
            break  # Linux says so at the end.
        if not drawn:
            break
        os.write(1, drawn)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
