"""What each page and action costs at each size of the national data set."""
