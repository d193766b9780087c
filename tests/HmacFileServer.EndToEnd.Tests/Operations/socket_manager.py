"""A service manager of one socket: opens it, and starts the program on it again whenever it has ended, as often as it is told.

Arguments: address, port, times, name of the socket, program and its arguments. It says "started PID" for each start.
The socket is handed over as sd_listen_fds(3) has it.
"""
import os
import socket
import sys

address, port, times, name, *program = sys.argv[1:]
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind((address, int(port)))
listener.listen(64)
for _ in range(int(times)):
    child = os.fork()
    if child == 0:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)  # it may have been 3 already
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES=name)
        os.execv(program[0], program)
    print("started", child, flush=True)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
