# A pseudo terminal: its name on the first line, then bytes both ways between it and stdin and stdout. Ends with stdin, and
# the terminal's other end is then unplugged.
import os
import pty
import select
import sys
import tty

band, computer = pty.openpty()
tty.setraw(computer)
os.set_blocking(band, False)
sys.stdout.write(os.ttyname(computer) + "\n")
sys.stdout.flush()
while True:
    ready, _, _ = select.select([0, band], [], [])
    if 0 in ready:
        sent = os.read(0, 65536)
        if not sent:
            break
        try:
            os.write(band, sent)
        except BlockingIOError:
            pass  # Nobody reads: a serial line does not wait either.
    if band in ready:
        os.write(1, os.read(band, 65536))
