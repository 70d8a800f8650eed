"""One report of what the service costs at each size of the national data set."""
