"""manage.py on a machine whose clock is an hour ahead."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    time_machine.travel(datetime.now(UTC) + timedelta(hours=1)).start()
    execute_from_command_line(sys.argv[1:])
