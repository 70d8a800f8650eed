"""Trainees in bulk: what a spreadsheet's rows say, and what becomes of each line; nothing here writes."""
