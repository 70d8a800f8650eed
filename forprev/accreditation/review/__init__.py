"""The network's side of a dossier: its queue, its review, its opinion; the funds' answers to changes of data."""
