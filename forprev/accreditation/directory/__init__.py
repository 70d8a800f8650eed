"""The public directory of accredited training bodies that accepted publication (B10): list, page of each, map."""
