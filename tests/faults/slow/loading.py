"""Settings that do not come, of a web process that is asked to stop meanwhile."""

import os
import time
from pathlib import Path

Path(os.environ["LOADING"], str(os.getpid())).touch()
time.sleep(3600)
