"""Run a server for as long as standard input is open: python serve.py FOLDER COMMAND...

Standard input ends when the tests are done with the server, or when they are killed: either way the server's whole
process group goes, and the folder that held its data with it. So nothing stays behind.
"""
import os
import shutil
import signal
import subprocess
import sys
import threading

folder, command = sys.argv[1], sys.argv[2:]
server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def end_group(number):
    try:
        os.killpg(server.pid, number)
    except ProcessLookupError:
        pass


def stop_when_input_ends():
    sys.stdin.buffer.read()
    end_group(signal.SIGTERM)
    try:
        server.wait(3)
    except subprocess.TimeoutExpired:
        pass
    end_group(signal.SIGKILL)


threading.Thread(target=stop_when_input_ends, daemon=True).start()
code = server.wait()
end_group(signal.SIGKILL)
shutil.rmtree(folder, ignore_errors=True)
os._exit(code if code >= 0 else 0)
