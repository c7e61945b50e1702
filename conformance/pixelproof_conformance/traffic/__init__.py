"""Recorded traffic, judged offline: read (HAR, JSON lines, journals), judge on all cores, add up, report.

sources  ->  Piece      a part of a file that one process can judge alone
readers  ->  Recorded   one exchange, whatever recorded it
judging  ->  Judgement  what is said about one of them
ledger   ->  Tally      what was judged, and every finding with its first examples
report                  the provider's side as a report like that of a run, and the clients' side beside it
"""
