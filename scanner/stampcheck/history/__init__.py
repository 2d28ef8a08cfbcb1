"""Scans over time in a database: when something first failed, how long it was open, the trend.

A finding is not stored once a scan. Of each (rule, stamp, subject), a *track*, the database keeps
the scans in which its outcome became another one, its *changes*; a stamp's own track does so for
its state and licence standing. What lies between two changes is as the first of them says, in
every scan that looked at that stamp by that rule. So 1,000 scans of 1,000 stamps take as many rows
as things changed, and a scan may be stored later than a younger one.
"""
