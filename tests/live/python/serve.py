"""Run a server for as long as standard input is open: python serve.py FOLDER COMMAND...

Standard input ends when the tests are done with the server, or when they are killed: either way the server's whole
process group goes, and the folder that held its data with it. So nothing stays behind. A server that ends by itself
leaves its folder to the tests, which want to read its log.
"""
import os
import shutil
import signal
import subprocess
import sys
import threading



def default_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


# A signal to the tests' whole process group (Ctrl-C, a time limit) is no reason to leave before the server does.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)

folder, command = sys.argv[1], sys.argv[2:]
server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=default_signals)
is_over = threading.Event()


def end_group(number):
    try:
        os.killpg(server.pid, number)
    except ProcessLookupError:
        pass


def stop_when_input_ends():
    sys.stdin.buffer.read()
    is_over.set()
    end_group(signal.SIGTERM)
    try:
        server.wait(3)
    except subprocess.TimeoutExpired:
        pass
    end_group(signal.SIGKILL)


threading.Thread(target=stop_when_input_ends, daemon=True).start()
server.wait()
end_group(signal.SIGKILL)
if is_over.is_set():
    shutil.rmtree(folder, ignore_errors=True)
os._exit(0)
